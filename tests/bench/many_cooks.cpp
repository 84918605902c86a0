#include <thread>

#include <fmt/format.h>

#include "bench.hpp"
#include "house.hpp"

namespace pizza::bench {

/// Twenty processes that cook one order at a time for 50 ms each, beside what they could do without any overhead.
void measure_many_cooks(Bench& bench) {
  constexpr int kCooks = 20;
  constexpr double kCookingTime = 0.05;
  constexpr double kPossible = kCooks / kCookingTime;
  const auto seconds = static_cast<double>(bench.length.count());

  House house(bench.servers);
  house.keep_notifications();
  house.fill_line(house.start_order_service(), static_cast<std::int64_t>(kPossible * (seconds + 20)),
                  "wrk_takeout.lua");
  for (int cook = 0; cook < kCooks; ++cook) {
    house.start_cook(fmt::format("chef_{}", cook), {fmt::format("--cooking-time={}", kCookingTime), "--prefetch=1"});
  }
  // All of them are at work from now on.
  std::vector<double> rates;
  for (int round = 0; round < bench.rounds; ++round) {
    const auto seconds_each = seconds / bench.rounds;
    const auto start = std::chrono::steady_clock::now();
    const auto before = house.count("status = 'ready'");
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds_each));  // measured time
    const auto ready = house.count("status = 'ready'") - before;
    rates.push_back(static_cast<double>(ready) /
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  bench.report.add("many cooks", fmt::format("{:.0f} orders/s", median(rates)),
                   fmt::format("20 / 0.05 s = {:.0f}/s", kPossible), median(rates) / kPossible, at_least(0.95));
}

}  // namespace pizza::bench
