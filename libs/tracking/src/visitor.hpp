#pragma once

#include <optional>
#include <string>

#include "http/message.hpp"
#include "logging/logger.hpp"

namespace pizza::tracking {

/// Who asks.
enum class Visitor { anyone, staff };

/// Staff is who bears `staff_token`; without such a token everybody is anyone. nullopt: the request claims an authority
/// that is not ours.
std::optional<Visitor> visitor_of(const http::Request& request, const std::string& staff_token);

/// The 401 to that claim; logs `staff_refused`.
http::Response refuse_visitor(const http::Request& request, logging::Logger& log);

}  // namespace pizza::tracking
