#include "tracking/visitor.hpp"

#include <utility>

#include "crypto/crypto.hpp"
#include "http/bearer.hpp"

namespace pizza::tracking {

bool bears_staff_token(const http::Request& request, const std::string& staff_token) {
  if (staff_token.empty()) return false;
  const auto token = http::bearer_token(request);
  return token && crypto::equal_secrets(*token, staff_token);
}

std::optional<Visitor> visitor_of(const http::Request& request, const std::string& staff_token) {
  if (staff_token.empty() || request.headers.find("authorization") == request.headers.end()) return Visitor::anyone;
  if (bears_staff_token(request, staff_token)) return Visitor::staff;
  return std::nullopt;
}

http::Problem unauthorized(std::string detail) {
  return {.status = 401, .error = "unauthorized", .detail = std::move(detail)};
}

http::Response refuse_visitor(const http::Problem& problem, std::string_view message, const http::Request& request,
                              logging::Logger& log) {
  log.refused({.action = "staff_refused",
               .message = std::string{message},
               .request_id = request.request_id,
               .details = {{"error", problem.error}, {"endpoint", request.path}}},
              problem.detail);
  auto response = http::problem_response(problem, request.request_id);
  if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace pizza::tracking
