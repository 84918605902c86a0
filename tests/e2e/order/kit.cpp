#include "e2e/order/kit.hpp"

#include <chrono>

#include <catch2/catch.hpp>

#include "core/clock.hpp"
#include "support/log_line.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

Answer post_order(std::uint16_t port, const std::string& body, const http::Client::Headers& headers) {
  return to_answer(http::Client("127.0.0.1", port, 30s).send("POST", "/orders", body, headers));
}

SharedRestaurant& SharedRestaurant::get() {
  static SharedRestaurant shared;
  return shared;
}

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

void check_output(const Service& service) {
  for (const auto& line : service.process.stderr_lines()) FAIL_CHECK("on stderr: " << line);
  for (const auto& line : service.process.stdout_lines()) {
    for (const auto& fault : log_line_faults(line)) FAIL_CHECK(fault);
  }
}

std::string today() {
  auto day = core::format_utc(std::chrono::system_clock::now()).substr(0, 10);
  std::erase(day, '-');
  return day;
}

}  // namespace pizza::test
