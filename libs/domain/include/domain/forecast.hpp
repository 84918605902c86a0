#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "domain/order.hpp"

namespace pizza::domain {

/// A worker that is online: what it cooks, how many orders at once, and how long.
struct Cook {
  std::vector<OrderType> types;
  int slots = 1;
  std::chrono::milliseconds base_time{10'000};
};

/// Orders of one type and priority that wait; ids grow in the order of arrival.
struct WaitingOrders {
  OrderType type = OrderType::takeout;
  int priority = 1;
  std::int64_t count = 0;
  std::int64_t first_id = 0;
  std::int64_t last_id = 0;
};

/// The kitchen as a whole at one moment.
struct KitchenState {
  std::vector<Cook> cooks;
  std::vector<WaitingOrders> waiting;
  std::int64_t cooking = 0;                     ///< orders on the stove
  std::chrono::milliseconds cooking_left{0};    ///< what is left of their cooking times, added up
  std::chrono::milliseconds later_stations{0};  ///< what an order takes from the stove until it is ready
};

/// An honest guess of how long an order takes from now until it is ready: the work before it, spread over the cooks
/// that may cook its type, then its own cooking time and the later stations. `id` places a waiting order among its
/// equals; a new order stands behind them all. With no cook online it assumes one. Pure.
std::chrono::milliseconds time_to_ready(const KitchenState& kitchen, OrderType type, int priority,
                                        std::optional<std::int64_t> id);

}  // namespace pizza::domain
