#include "e2e/order/kit.hpp"

#include <algorithm>
#include <chrono>
#include <ranges>

#include <catch2/catch.hpp>

#include "core/clock.hpp"
#include "json/reader.hpp"
#include "support/log_line.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

std::string Answer::text(std::string_view member) const {
  const auto* value = document.find(member);
  if (value == nullptr) return "";
  if (const auto* text = value->string()) return *text;
  if (const auto* number = value->number()) return number->text;
  return "";
}

std::string Answer::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? "" : found->second;
}

std::string Answer::fault_fields() const {
  const auto* errors = document.find("errors");
  if (errors == nullptr || errors->array() == nullptr) return "";
  std::string fields;
  for (const auto& error : *errors->array()) {
    const auto* field = error.find("field");
    const auto* message = error.find("message");
    const bool complete = field != nullptr && field->string() != nullptr && message != nullptr &&
                          message->string() != nullptr && !message->string()->empty();
    if (!fields.empty()) fields += ' ';
    fields += complete ? *field->string() : "<incomplete>";
  }
  return fields;
}

Answer to_answer(const std::optional<http::Response>& response) {
  if (!response) return {};
  Answer answer{response->status, response->content_type, response->body, response->headers};
  if (auto document = json::read(response->body)) answer.document = std::move(*document);
  return answer;
}

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
