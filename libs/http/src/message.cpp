#include "http/message.hpp"

#include <array>
#include <utility>

#include "json/writer.hpp"

namespace pizza::http {
namespace {

/// The reason phrase, which RFC 9457 asks for as the title of a problem of type `about:blank`.
std::string_view title(int status) {
  static constexpr auto kTitles = std::to_array<std::pair<int, std::string_view>>({
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {411, "Length Required"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  });
  for (const auto& [known, text] : kTitles) {
    if (known == status) return text;
  }
  return status < 500 ? "Client Error" : "Server Error";
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : found->second;
}

Response problem_response(const Problem& problem, std::string_view request_id) {
  json::Writer body;
  body.object();
  body.key("type").value("about:blank");
  body.key("title").value(title(problem.status));
  body.key("status").value(problem.status);
  body.key("detail").value(problem.detail);
  body.key("error").value(problem.error);
  if (!problem.errors.empty()) {
    body.key("errors").array();
    for (const auto& [field, message] : problem.errors) {
      body.object().key("field").value(field).key("message").value(message).end_object();
    }
    body.end_array();
  }
  for (const auto& [name, value] : problem.members) body.key(name).value(value);
  body.key("request_id").value(request_id);
  body.end_object();

  Response response{.status = problem.status, .body = body.take(), .content_type = "application/problem+json"};
  if (problem.retry_after_seconds) {
    response.headers.emplace_back("Retry-After", std::to_string(*problem.retry_after_seconds));
  }
  return response;
}

}  // namespace pizza::http
