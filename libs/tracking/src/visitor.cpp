#include "visitor.hpp"

#include "crypto/crypto.hpp"
#include "http/bearer.hpp"

namespace pizza::tracking {

std::optional<Visitor> visitor_of(const http::Request& request, const std::string& staff_token) {
  if (staff_token.empty() || request.headers.find("authorization") == request.headers.end()) return Visitor::anyone;
  const auto token = http::bearer_token(request);
  if (token && crypto::equal_secrets(*token, staff_token)) return Visitor::staff;
  return std::nullopt;
}

http::Response refuse_visitor(const http::Request& request, logging::Logger& log) {
  const http::Problem problem{
      .status = 401, .error = "unauthorized", .detail = "The credentials are not those of the staff."};
  log.refused({.action = "staff_refused",
               .message = "Somebody claimed to be of the staff",
               .request_id = request.request_id,
               .details = {{"error", problem.error}, {"endpoint", request.path}}},
              problem.detail);
  auto response = http::problem_response(problem, request.request_id);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace pizza::tracking
