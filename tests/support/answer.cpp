#include "support/answer.hpp"

#include <algorithm>

#include "json/reader.hpp"

namespace pizza::test {

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

}  // namespace pizza::test
