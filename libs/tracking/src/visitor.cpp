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

http::Response refuse_visitor(const http::Request& request) {
  auto response = http::problem_response(
      {.status = 401, .error = "unauthorized", .detail = "The credentials are not those of the staff."},
      request.request_id);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace pizza::tracking
