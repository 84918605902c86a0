#pragma once

#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace pizza::http {

/// What the request carries as `Authorization: Bearer …` (RFC 6750; the scheme in any case). nullopt: no such header,
/// another scheme, or nothing after it. Lives as long as `request`. Compare it with `crypto::equal_secrets` only.
std::optional<std::string_view> bearer_token(const Request& request);

}  // namespace pizza::http
