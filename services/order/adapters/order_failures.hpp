#pragma once

#include <exception>

#include "http/message.hpp"
#include "logging/logger.hpp"

namespace pizza::order {

/// The answer to an exception of any handler of order-service, logged unless it was where it came from. For
/// `http::ServerOptions::on_error`.
http::Response answer_order_failure(const http::Request& request, const std::exception_ptr& failure,
                                    logging::Logger& log);

}  // namespace pizza::order
