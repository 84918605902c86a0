#pragma once

#include <optional>
#include <string>

#include "http/message.hpp"

namespace pizza::tracking {

/// Who asks.
enum class Visitor { anyone, staff };

/// Staff is who bears `staff_token`; without such a token everybody is anyone. nullopt: the request claims an authority
/// that is not ours.
std::optional<Visitor> visitor_of(const http::Request& request, const std::string& staff_token);

/// The 401 to that claim.
http::Response refuse_visitor(const http::Request& request);

}  // namespace pizza::tracking
