#include "order/adapters/request_body.hpp"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "json/reader.hpp"

namespace pizza::order {

using http::Problem;

Problem malformed(std::string detail) {
  return {.status = 400, .error = "malformed_json", .detail = std::move(detail)};
}

std::expected<json::Value, Problem> read_object(const std::string& body) {
  auto document = json::read(body);
  if (!document) {
    return std::unexpected(malformed(fmt::format("The body is not acceptable JSON: {} (at byte {}).",
                                                 document.error().reason, document.error().offset)));
  }
  if (document->object() == nullptr) return std::unexpected(malformed("The body must be one JSON object."));
  return std::move(*document);
}

Problem invalid(std::string detail, const std::vector<domain::Fault>& faults) {
  Problem problem{.status = 400, .error = "validation_failed", .detail = std::move(detail)};
  for (const auto& fault : faults) problem.errors.push_back({fault.field, fault.message});
  return problem;
}

http::Response refuse_invalid(const Problem& problem, std::string_view message, const http::Request& request,
                              logging::Logger& log) {
  std::string cause = problem.detail;
  for (const auto& [field, reason] : problem.errors) cause += fmt::format(" {} {}.", field, reason);
  const auto number = request.params.find("number");
  log.refused({.action = "validation_failed",
               .message = std::string{message},
               .request_id = request.request_id,
               .order_number = number == request.params.end() ? std::string_view{} : std::string_view{number->second},
               .details = {{"error", problem.error}, {"faults", static_cast<std::int64_t>(problem.errors.size())}}},
              cause);
  return http::problem_response(problem, request.request_id);
}

}  // namespace pizza::order
