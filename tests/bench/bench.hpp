#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "report.hpp"
#include "support/servers.hpp"

namespace pizza::bench {

/// What every row is given.
struct Bench {
  const test::Servers& servers;
  Report& report;
  int rounds = 3;                   ///< of each pair, alternately
  std::chrono::seconds length{10};  ///< of one load
  std::int64_t stored = 1'000'000;  ///< orders that tracking is asked about
  std::vector<std::int64_t> sizes{1'000, 1'000'000,
                                  10'000'000};  ///< growth: the first is what the others are held against
  std::int64_t waiting = 1'000'000;             ///< backlog
};

struct Row {
  std::string name;
  std::function<void(Bench&)> measure;
};

void measure_intake(Bench& bench);
void measure_kitchen(Bench& bench);
void measure_many_cooks(Bench& bench);
void measure_held_orders(Bench& bench);
void measure_tracking(Bench& bench);
void measure_end_to_end(Bench& bench);
void measure_growth(Bench& bench);
void measure_backlog(Bench& bench);
void measure_footprint(Bench& bench);

}  // namespace pizza::bench
