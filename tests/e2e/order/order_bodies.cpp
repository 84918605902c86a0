#include "e2e/order/order_bodies.hpp"

namespace pizza::test {

std::string order_with(const std::map<std::string, std::string>& changes) {
  auto members = changes;
  members.insert({{"customer_name", R"("Anna")"}, {"order_type", R"("takeout")"}, {"items", "[" + item() + "]"}});
  std::string body;
  for (const auto& [name, value] : members) {
    if (!value.empty()) body += (body.empty() ? "\"" : ", \"") + name + "\": " + value;
  }
  return "{" + body + "}";
}

std::string item(const std::string& name, const std::string& quantity, const std::string& price) {
  std::string body;
  const auto add = [&](const char* member, const std::string& value) {
    if (!value.empty()) body += (body.empty() ? "\"" : ", \"") + std::string{member} + "\": " + value;
  };
  add("name", name);
  add("quantity", quantity);
  add("price", price);
  return "{" + body + "}";
}

std::string array_of(std::size_t count, const std::string& element) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list.append(i == 0 ? "" : ", ").append(element);
  return "[" + list + "]";
}

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

std::string repeated(std::size_t count, std::string_view piece) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

}  // namespace pizza::test
