#include <thread>

#include <fmt/format.h>

#include "bench.hpp"
#include "house.hpp"
#include "support/process_figures.hpp"

namespace pizza::bench {

/// One worker that holds ten thousand orders while they cook: its memory for each, and what holding them costs.
void measure_held_orders(Bench& bench) {
  using namespace std::chrono_literals;
  constexpr int kHeld = 10'000;
  constexpr int kCookingTime = 10;  // seconds
  House house(bench.servers);
  auto& order_service = house.start_order_service();
  house.fill_line(order_service, kHeld, "wrk_takeout.lua");
  house.restaurant().remove(order_service);

  auto& cook =
      house.start_cook("chef", {fmt::format("--cooking-time={}", kCookingTime), fmt::format("--prefetch={}", kHeld)});
  const auto cooking = [&] { return house.count("status = 'cooking'") >= kHeld; };
  // It takes them up while it starts: what it is without them is measured on another that finds none.
  House empty(bench.servers);
  const auto& idle =
      empty.start_cook("chef", {fmt::format("--cooking-time={}", kCookingTime), fmt::format("--prefetch={}", kHeld)});
  const auto idle_kib = test::figures_of(idle.process.pid()).resident_kib;
  seconds_until(std::chrono::steady_clock::now(), 60s, cooking);
  const auto held_kib = test::figures_of(cook.process.pid()).resident_kib;
  const auto before = processor_seconds(cook.process.pid());
  constexpr auto kWatched = 3s;
  std::this_thread::sleep_for(kWatched);  // measured time
  if (!cooking()) throw std::runtime_error("the orders did not cook long enough to be watched");
  const auto busy = (processor_seconds(cook.process.pid()) - before) / static_cast<double>(kWatched.count());
  const auto each = static_cast<double>(held_kib - std::min(idle_kib, held_kib)) / kHeld;
  bench.report.add("held orders, memory", fmt::format("{} KiB with {}, {} KiB with none", held_kib, kHeld, idle_kib),
                   "", each, at_most(2, "KiB"));
  bench.report.add("held orders, processor", fmt::format("over {} s", kWatched.count()), "", busy * 100,
                   at_most(5, "%"));
}

}  // namespace pizza::bench
