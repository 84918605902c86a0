#pragma once

#include "http/router.hpp"
#include "logging/logger.hpp"
#include "order/app/place_order.hpp"

namespace pizza::order {

/// `POST /orders` (specification, Order Service; CONTRACT §2). What it is built on must outlive the router.
void add_order_routes(http::Router& router, PlaceOrder& place_order, Observer& observer, logging::Logger& log);

}  // namespace pizza::order
