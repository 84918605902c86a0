#pragma once

#include <string>

#include "http/message.hpp"

namespace pizza::http {

/// The caller's `X-Request-ID` if it is well-formed (CONTRACT §2), else a new one.
std::string request_id_of(const Request& request);

}  // namespace pizza::http
