#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "logging/logger.hpp"

namespace pizza::tracking {

/// Who asks.
enum class Visitor { anyone, staff };

/// Whether the request bears `staff_token`, which is compared in constant time. Nobody bears an empty one.
bool bears_staff_token(const http::Request& request, const std::string& staff_token);

/// Staff is who bears `staff_token`; without such a token everybody is anyone. nullopt: the request claims an authority
/// that is not ours.
std::optional<Visitor> visitor_of(const http::Request& request, const std::string& staff_token);

/// The 401 `unauthorized` to who does not bear the token.
http::Problem unauthorized(std::string detail);

/// Answers `problem` to who is not let in; logs `staff_refused` with `message`. A 401 says that a bearer token is asked
/// for (RFC 6750).
http::Response refuse_visitor(const http::Problem& problem, std::string_view message, const http::Request& request,
                              logging::Logger& log);

}  // namespace pizza::tracking
