#pragma once

#include <string>

#include "core/clock.hpp"
#include "http/router.hpp"
#include "logging/logger.hpp"
#include "tracking/forecast.hpp"
#include "tracking/order_reader.hpp"

namespace pizza::tracking {

/// `GET /orders`, `/orders/{number}`, `/orders/{number}/status`, `/orders/{number}/history`.
void add_order_routes(http::Router& router, OrderReader& reader, const Forecast& forecast, const core::Clock& clock,
                      const std::string& staff_token, logging::Logger& log);

}  // namespace pizza::tracking
