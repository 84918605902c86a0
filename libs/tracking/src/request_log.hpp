#pragma once

#include "http/message.hpp"
#include "logging/logger.hpp"

namespace pizza::tracking {

/// `request_received`, with the number the request asks about.
void log_request(const http::Request& request, logging::Logger& log);

}  // namespace pizza::tracking
