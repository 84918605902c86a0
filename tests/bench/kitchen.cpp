#include <fmt/format.h>

#include "bare.hpp"
#include "bench.hpp"
#include "core/error.hpp"
#include "house.hpp"

namespace pizza::bench {

using namespace std::chrono_literals;

namespace {

constexpr int kKitchenPrefetch = 256;
constexpr std::int64_t kKitchenOrders = 20'000;

/// Orders per second from the first that starts until all are ready and all that was owed is confirmed.
double cook_all(House& house, std::int64_t orders) {
  const auto before = house.count("status = 'ready'");
  auto& cook = house.start_cook("chef", {"--cooking-time=0", fmt::format("--prefetch={}", kKitchenPrefetch)});
  seconds_until(std::chrono::steady_clock::now(), 300s, [&] {
    return house.database().value(
               "SELECT NOT EXISTS (SELECT FROM orders WHERE status IN ('received', 'cooking'))"
               " AND NOT EXISTS (SELECT FROM outbox)") == "t";
  });
  const auto seconds =
      std::stod(house.database().value("SELECT extract(epoch FROM clock_timestamp() - min(cooking_started_at)) FROM "
                                       "(SELECT cooking_started_at FROM orders"
                                       " ORDER BY cooking_started_at DESC NULLS LAST LIMIT " +
                                       std::to_string(orders) + ") AS these"));
  if (const auto ready = house.count("status = 'ready'") - before; ready != orders) {
    throw core::Error(fmt::format("{} orders waited and {} are ready", orders, ready));
  }
  cook.process.terminate(core::after(60s));
  house.restaurant().remove(cook);
  return static_cast<double>(orders) / seconds;
}

}  // namespace

/// One worker without cooking time beside a loop that does the same with the broker and has no database.
void measure_kitchen(Bench& bench) {
  House house(bench.servers);
  house.keep_notifications();
  auto& order_service = house.start_order_service();
  const auto pair = alternate(
      bench.rounds,
      [&] {
        const auto orders = house.fill_line(order_service, kKitchenOrders);
        const auto rate = cook_all(house, orders);
        bench.report.note(fmt::format("{} orders ready, {:.0f}/s", orders, rate));
        house.empty_queues();
        return rate;
      },
      [&] {
        const auto orders = house.fill_line(order_service, kKitchenOrders);
        const auto rate = run_bare_kitchen(house.vhost(), orders, kKitchenPrefetch);
        bench.report.note(fmt::format("bare loop, {} messages, {:.0f}/s", orders, rate));
        house.forget_waiting();
        house.empty_queues();
        return rate;
      });
  bench.report.add("kitchen", fmt::format("{:.0f} orders/s", median(pair.ours)),
                   fmt::format("bare loop {:.0f}/s, ratios {}", median(pair.limit), pair.spread()), pair.ratio(),
                   at_least(0.33));
}

}  // namespace pizza::bench
