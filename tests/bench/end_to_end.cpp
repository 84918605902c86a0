#include <thread>

#include <fmt/format.h>

#include "bare.hpp"
#include "bench.hpp"
#include "core/error.hpp"
#include "house.hpp"

namespace pizza::bench {

using namespace std::chrono_literals;

namespace {

constexpr int kOrders = 200;  // a round

/// Milliseconds from the POST to the subscriber's line that the order is ready, for one order after the other.
std::vector<double> order_and_wait(House& house, test::Service& subscriber) {
  std::vector<double> milliseconds;
  for (int i = 0; i < kOrders; ++i) {
    const auto lines = subscriber.process.line_count();
    const auto start = std::chrono::steady_clock::now();
    const auto number = house.restaurant().place(test::takeout_order());
    const auto line = subscriber.process.wait_for_line(
        [&](const test::OutputLine& shown) {
          return shown.text.find(number) != std::string::npos && shown.text.find("'ready'") != std::string::npos;
        },
        core::after(10s), lines);
    if (!line) throw core::Error("the subscriber does not show that " + number + " is ready");
    milliseconds.push_back(std::chrono::duration<double, std::milli>(line->at - start).count());
    std::this_thread::sleep_for(10ms);  // idle again
  }
  return milliseconds;
}

}  // namespace

/// One order at a time on an idle system, without cooking time, beside the commits and confirms that it cannot do
/// without.
void measure_end_to_end(Bench& bench) {
  House house(bench.servers);
  house.start_order_service();
  house.start_cook("chef", {"--cooking-time=0"});
  auto& subscriber = house.start_subscriber();
  std::vector<double> all;
  const auto pair = alternate(
      bench.rounds,
      [&] {
        const auto each = order_and_wait(house, subscriber);
        all.insert(all.end(), each.begin(), each.end());
        return median(each);
      },
      [&] { return median(run_bare_steps(house.database(), house.vhost(), kOrders)); });
  bench.report.add("end to end", fmt::format("{:.2f} ms", median(pair.ours)),
                   fmt::format("3 commits, 3 confirms {:.2f} ms, ratios {}", median(pair.limit), pair.spread()),
                   pair.ratio(), at_most(3));
  bench.report.add("end to end, p99", fmt::format("of {} orders", all.size()), "", percentile(all, 0.99),
                   at_most(25, "ms"));
}

}  // namespace pizza::bench
