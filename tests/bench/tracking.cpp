#include <fmt/format.h>

#include "bench.hpp"
#include "house.hpp"
#include "load.hpp"
#include "stored.hpp"

namespace pizza::bench {

/// `GET /orders/{number}/status` of random orders beside pgbench with the SELECT that finds one.
void measure_tracking(Bench& bench) {
  House house(bench.servers);
  const auto stored = Stored::make(house.database(), bench.stored);
  auto& tracking = house.start_tracking();
  std::int64_t refused = 0;
  const auto pair = alternate(
      bench.rounds,
      [&] {
        const auto answers = run_wrk(tracking.port, "wrk_status.lua", bench.length, {}, stored.for_wrk());
        refused += answers.refused;
        bench.report.note(fmt::format("answers/s {:.0f}, p50 {:.2f} ms, p99 {:.2f} ms", answers.per_second,
                                      answers.p50_ms, answers.p99_ms));
        return answers.per_second;
      },
      [&] { return run_pgbench(house.database(), "pgbench_status.sql", bench.length, stored.for_pgbench()); });
  bench.report.add("tracking", fmt::format("{:.0f} answers/s, {} refused", median(pair.ours), refused),
                   fmt::format("pgbench {:.0f}/s, ratios {}", median(pair.limit), pair.spread()), pair.ratio(),
                   at_least(0.6));
}

}  // namespace pizza::bench
