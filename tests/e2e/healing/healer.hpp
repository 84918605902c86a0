#pragma once

#include <string>

#include "e2e/kitchen/planted_orders.hpp"
#include "e2e/metrics/scrape.hpp"

namespace pizza::test {

/// An order-service that reconciles ten times as often as by default, and what it tells of that.
struct Healer {
  explicit Healer(PlantedOrders& its_kitchen, std::map<std::string, std::string> environment = {})
      : kitchen(its_kitchen) {
    auto extra = admin.extra();
    extra.environment.merge(environment);
    extra.environment.emplace("PIZZA_ORDER_RECONCILE_INTERVAL", "0.5");
    service = &kitchen.restaurant.start_order_service(extra);
  }

  /// Orders it asked for again.
  int republished(const std::string& reason) const {
    const auto series = "pizza_reconciler_republished_total{reason=\"" + reason + "\"}";
    return static_cast<int>(figure(admin.port, series).value_or(-1));
  }
  bool wait_republished(const std::string& reason, int wanted) const {
    if (eventually(core::after(60s), [&] { return republished(reason) >= wanted; })) return true;
    UNSCOPED_INFO("never " << wanted << " " << reason << "\n" << kitchen.restaurant.output());
    return false;
  }
  /// How often it looked at all queues so far.
  int rounds() const {
    return static_cast<int>(
        figure(admin.port, "pizza_db_query_duration_seconds_count{statement=\"look_at_line\"}").value_or(0) / 6);
  }
  /// It looked more often than it must to be sure, and did nothing; but for urgent orders of workers that are gone.
  bool silent(std::size_t outranked = 0) const {
    const auto begin = rounds();
    if (!eventually(core::after(120s), [&] { return rounds() >= begin + 6; })) return false;
    return republished("waiting") == 0 && republished("orphaned") == 0 &&
           republished("outranked") == static_cast<int>(outranked) &&
           lines_of(service->process, "orders_republished").size() == outranked;
  }

  PlantedOrders& kitchen;
  AdminPort admin{"PIZZA_ORDER_ADMIN_PORT"};
  Service* service = nullptr;
};

/// Each is ready, was begun once, and was announced once.
inline void check_ready_once(PlantedOrders& kitchen, const std::vector<std::string>& orders,
                             std::chrono::milliseconds limit = 60s) {
  REQUIRE(kitchen.wait_ready(orders, limit));
  for (const auto& number : orders) {
    INFO(number);
    CHECK(kitchen.history(number) == "received cooking ready");
    const auto announced = kitchen.announced_once(number);
    CHECK(std::ranges::count(announced, ',') == 1);
    CHECK(announced.find("cooking by") == 0);
  }
}

}  // namespace pizza::test
