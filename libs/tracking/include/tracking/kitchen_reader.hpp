#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "domain/forecast.hpp"
#include "persistence/pool.hpp"
#include "tracking/records.hpp"

namespace pizza::tracking {

/// Answers what is asked of the kitchen as a whole from the database. Reads only. Thread-safe.
/// Every call throws persistence::SqlError or PoolExhausted when the database fails.
class KitchenReader {
 public:
  explicit KitchenReader(persistence::Pool& pool) : pool_(pool) {}

  /// Every worker that ever registered, by name.
  std::vector<WorkerState> workers();
  /// The whole kitchen, for forecasts; its cost grows with the number of waiting orders.
  domain::KitchenState kitchen();
  /// Today's figures; their cost grows with the number of waiting orders, so dear ones are told again for a while.
  PriorityFigures priorities();

 private:
  static PriorityFigures read_priorities(persistence::Connection& connection);
  std::optional<PriorityFigures> kept_priorities();
  void keep_priorities(PriorityFigures figures, std::chrono::steady_clock::duration cost);

  persistence::Pool& pool_;
  std::mutex mutex_;
  std::optional<PriorityFigures> kept_;  // only dear ones
  std::chrono::steady_clock::time_point kept_until_;
};

}  // namespace pizza::tracking
