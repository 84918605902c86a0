#include "tracking/kitchen_reader.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "domain/priority.hpp"
#include "order_types.hpp"
#include "patience.hpp"
#include "sql.hpp"

namespace pizza::tracking {
namespace {

using persistence::Connection;
using persistence::Params;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The online workers at one of the stations behind the cook.
struct Station {
  std::int64_t workers = 0;
  milliseconds times{0};  ///< added up
};

/// Puts the cooks into `kitchen`, and what the stations behind them take; returns how many stations an order passes.
std::int64_t read_workers(Connection& connection, domain::KitchenState& kitchen) {
  std::map<std::string, Station> later;
  const auto rows = connection.execute(sql::kCooks);
  for (int i = 0; i < rows.rows(); ++i) {
    const milliseconds time{rows.integer(i, 3)};
    if (rows.view(i, 0) == "cook") {
      kitchen.cooks.push_back({order_types(rows.view(i, 1)), static_cast<int>(rows.integer(i, 2)), time});
    } else {
      auto& station = later[rows.text(i, 0)];
      ++station.workers;
      station.times += time;
    }
  }
  for (const auto& [name, station] : later) kitchen.later_stations += station.times / station.workers;
  return static_cast<std::int64_t>(later.size()) + 1;
}

void count_waiting(Connection& connection, std::vector<ClassFigures>& classes) {
  const auto rows = connection.execute(sql::kWaitingSince);
  for (int i = 0; i < rows.rows(); ++i) {
    const auto name = domain::priority_class(static_cast<int>(rows.integer(i, 0)));
    const auto figures = std::ranges::find(classes, name, &ClassFigures::name);
    if (figures == classes.end()) continue;
    figures->waiting += rows.integer(i, 1);
    figures->longest_waiting = std::max(figures->longest_waiting, milliseconds{rows.integer(i, 2)});
  }
}

}  // namespace

std::vector<WorkerState> KitchenReader::workers() {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kWorkers);
  std::vector<WorkerState> workers;
  for (int i = 0; i < rows.rows(); ++i) {
    workers.push_back({.name = rows.text(i, 0),
                       .online = rows.boolean(i, 1),
                       .orders_processed = rows.integer(i, 2),
                       .last_seen = rows.time(i, 3).value_or(core::TimePoint{}),
                       .type = rows.text(i, 4),
                       .station = rows.text(i, 5),
                       .order_types = order_types(rows.view(i, 6)),
                       .working = milliseconds{rows.integer(i, 7)},
                       .orders_failed = rows.integer(i, 8),
                       .since = rows.time(i, 9).value_or(core::TimePoint{}),
                       .online_since = rows.time(i, 10).value_or(core::TimePoint{})});
  }
  return workers;
}

domain::KitchenState KitchenReader::kitchen() {
  auto connection = pool_.acquire(core::after(kPatience));
  domain::KitchenState kitchen;
  const auto stations = read_workers(*connection, kitchen);
  const auto waiting = connection->execute(sql::kWaiting);
  for (int i = 0; i < waiting.rows(); ++i) {
    kitchen.waiting.push_back({.type = order_type(waiting.view(i, 0)),
                               .priority = static_cast<int>(waiting.integer(i, 1)),
                               .count = waiting.integer(i, 2),
                               .first_id = waiting.integer(i, 3),
                               .last_id = waiting.integer(i, 4)});
  }
  const auto cooking = connection->execute(sql::kCooking, Params::of(stations));
  kitchen.cooking = cooking.integer(0, 0);
  kitchen.cooking_left = milliseconds{cooking.integer(0, 1)};
  return kitchen;
}

PriorityFigures KitchenReader::priorities() {
  if (auto kept = kept_priorities()) return std::move(*kept);
  auto connection = pool_.acquire(core::after(kPatience));
  const auto begun = steady_clock::now();
  auto figures = read_priorities(*connection);
  keep_priorities(figures, steady_clock::now() - begun);
  return figures;
}

std::optional<PriorityFigures> KitchenReader::kept_priorities() {
  const std::lock_guard lock(mutex_);
  return kept_ && steady_clock::now() < kept_until_ ? kept_ : std::nullopt;
}

/// With a long backlog a few who ask all the time would otherwise keep every session busy.
void KitchenReader::keep_priorities(PriorityFigures figures, steady_clock::duration cost) {
  constexpr milliseconds kDear{50};
  constexpr int kShare = 20;
  if (cost < kDear) return;
  const std::lock_guard lock(mutex_);
  kept_ = std::move(figures);
  kept_until_ = steady_clock::now() + kShare * cost;
}

PriorityFigures KitchenReader::read_priorities(Connection& connection) {
  PriorityFigures figures{.day = {}, .classes = {{.name = "high"}, {.name = "medium"}, {.name = "normal"}}};
  const auto rows = connection.execute(sql::kCounted);
  for (int i = 0; i < rows.rows(); ++i) {
    figures.day = rows.text(i, 0);
    const auto counted = std::ranges::find(figures.classes, rows.view(i, 1), &ClassFigures::name);
    if (counted == figures.classes.end()) continue;  // nothing was counted today
    counted->received = rows.integer(i, 2);
    counted->started = rows.integer(i, 3);
    counted->waited = milliseconds{rows.integer(i, 4)};
    counted->worst_wait = milliseconds{rows.integer(i, 5)};
  }
  count_waiting(connection, figures.classes);
  return figures;
}

}  // namespace pizza::tracking
