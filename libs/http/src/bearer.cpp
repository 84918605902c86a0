#include "http/bearer.hpp"

#include "header_syntax.hpp"

namespace pizza::http {

std::optional<std::string_view> bearer_token(const Request& request) {
  const auto value = trim(request.header("authorization"));
  const auto scheme = value.substr(0, value.find(' '));
  if (!equals_ignoring_case(scheme, "bearer")) return std::nullopt;
  const auto token = trim(value.substr(scheme.size()));
  if (token.empty()) return std::nullopt;
  return token;
}

}  // namespace pizza::http
