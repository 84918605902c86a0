#pragma once

#include <exception>
#include <string>

#include "core/clock.hpp"
#include "http/router.hpp"
#include "logging/logger.hpp"
#include "tracking/forecast.hpp"
#include "tracking/kitchen_reader.hpp"
#include "tracking/order_reader.hpp"

namespace pizza::tracking {

/// What is read of orders and workers, the same on every service that offers it: `GET /orders/{number}/status`,
/// `/orders/{number}/history`, `/workers/status` (specification, Tracking Service), `/orders/{number}`, `/orders` and
/// `/stats/priorities`. Who customers are and where they live is shown to a bearer of `staff_token` only, and to nobody
/// if it is empty. Logs `request_received`. What they are built on must outlive the router.
void add_routes(http::Router& router, OrderReader& orders, KitchenReader& kitchen, const Forecast& forecast,
                const core::Clock& clock, const std::string& staff_token, logging::Logger& log);

/// The 404 to a number that is no order's.
http::Response order_not_found(const http::Request& request);

/// The answer to an exception of a handler: 500, logged as `db_query_failed`. For `http::ServerOptions::on_error`.
http::Response answer_failure(const http::Request& request, const std::exception_ptr& failure, logging::Logger& log);

}  // namespace pizza::tracking
