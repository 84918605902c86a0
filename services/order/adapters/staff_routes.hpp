#pragma once

#include <string>

#include "http/router.hpp"
#include "logging/logger.hpp"
#include "order/app/staff_desk.hpp"

namespace pizza::order {

/// `POST /orders/{number}/cancel`, `/dispatch`, `/deliver`, `/complete`, `/priority` (CONTRACT §2), for the bearer of
/// `token`; an empty one: for nobody. `desk` and `log` must outlive the router.
void add_staff_routes(http::Router& router, StaffDesk& desk, const std::string& token, logging::Logger& log);

}  // namespace pizza::order
