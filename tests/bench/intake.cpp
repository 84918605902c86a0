#include <fmt/format.h>

#include "bench.hpp"
#include "house.hpp"
#include "load.hpp"

namespace pizza::bench {

/// `POST /orders` from 50 connections beside pgbench with one transaction for each order.
void measure_intake(Bench& bench) {
  using namespace std::chrono_literals;
  House ours(bench.servers);
  House theirs(bench.servers);
  auto& order_service = ours.start_order_service();
  std::vector<double> drained;
  std::int64_t refused = 0;
  const auto pair = alternate(
      bench.rounds,
      [&] {
        const auto answers = run_wrk(order_service.port, "wrk_orders.lua", bench.length);
        drained.push_back(ours.drain_outbox());
        refused += answers.refused;
        bench.report.note(fmt::format("orders/s {:.0f}, p50 {:.1f} ms, p99 {:.1f} ms, outbox empty after {:.2f} s",
                                      answers.per_second, answers.p50_ms, answers.p99_ms, drained.back()));
        ours.empty_queues();
        return answers.per_second;
      },
      [&] { return run_pgbench(theirs.database(), "pgbench_order.sql", bench.length); });
  bench.report.add("intake", fmt::format("{:.0f} orders/s, {} refused", median(pair.ours), refused),
                   fmt::format("pgbench {:.0f}/s, ratios {}", median(pair.limit), pair.spread()), pair.ratio(),
                   at_least(8));
  bench.report.add("intake, outbox empty", "after the load", "", percentile(drained, 1), at_most(5, "s"));

  const auto pause = std::chrono::milliseconds(static_cast<std::int64_t>(50'000 / (median(pair.ours) / 2)));
  const auto half = run_wrk(order_service.port, "wrk_orders.lua", bench.length, pause);
  bench.report.add("intake, p99 at half", fmt::format("{:.0f} orders/s, p50 {:.1f} ms", half.per_second, half.p50_ms),
                   "", half.p99_ms, at_most(50, "ms"));
}

}  // namespace pizza::bench
