#include "domain/forecast.hpp"

#include <algorithm>

#include "domain/cooking.hpp"

namespace pizza::domain {
namespace {

using std::chrono::milliseconds;

bool cooks_type(const Cook& cook, OrderType type) { return std::ranges::find(cook.types, type) != cook.types.end(); }

/// How many of `orders` are cooked before an order of `priority` that arrived as `id`.
std::int64_t ahead_among(const WaitingOrders& orders, int priority, std::optional<std::int64_t> id) {
  if (orders.priority < priority) return 0;
  if (orders.priority > priority || !id || *id > orders.last_id) return orders.count;
  if (*id <= orders.first_id) return 0;
  return orders.count * (*id - orders.first_id) / (orders.last_id - orders.first_id + 1);
}

}  // namespace

std::chrono::milliseconds time_to_ready(const KitchenState& kitchen, OrderType type, int priority,
                                        std::optional<std::int64_t> id) {
  std::int64_t slots = 0;
  milliseconds base_times{0};
  for (const auto& cook : kitchen.cooks) {
    if (!cooks_type(cook, type)) continue;
    slots += cook.slots;
    base_times += cook.base_time * cook.slots;
  }
  const auto base = slots > 0 ? base_times / slots : kDefaultCookingTime;
  slots = std::max<std::int64_t>(slots, 1);

  const auto shares_cooks = [&](OrderType other) {
    return other == type || std::ranges::any_of(kitchen.cooks, [&](const Cook& cook) {
             return cooks_type(cook, type) && cooks_type(cook, other);
           });
  };
  std::int64_t ahead = 0;
  milliseconds work = kitchen.cooking_left;
  for (const auto& orders : kitchen.waiting) {
    if (!shares_cooks(orders.type)) continue;
    const auto count = ahead_among(orders, priority, id);
    ahead += count;
    work += cooking_time(orders.type, base) * count;
  }
  const bool stove_free = ahead + kitchen.cooking < slots;
  return (stove_free ? milliseconds{0} : work / slots) + cooking_time(type, base) + kitchen.later_stations;
}

}  // namespace pizza::domain
