#pragma once

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
  /// Today's figures; their cost grows with the number of waiting orders.
  PriorityFigures priorities();

 private:
  persistence::Pool& pool_;
};

}  // namespace pizza::tracking
