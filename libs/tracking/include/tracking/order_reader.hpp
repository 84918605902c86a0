#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "domain/forecast.hpp"
#include "domain/order.hpp"
#include "persistence/pool.hpp"

namespace pizza::tracking {

struct OrderState {
  std::int64_t id = 0;
  std::string status;
  domain::OrderType type = domain::OrderType::takeout;
  int priority = 1;
  core::TimePoint updated_at;
  std::optional<core::TimePoint>
      estimated_completion;  ///< ready or later: when it was ready; cooking: the forecast made then
  std::optional<std::string> processed_by;
};

struct Transition {
  std::string status;
  core::TimePoint changed_at;
  std::string changed_by;
};

struct WorkerState {
  std::string name;
  bool online = false;  ///< it says so, and was seen within twice its own heartbeat interval
  std::int64_t orders_processed = 0;
  core::TimePoint last_seen;
};

/// Answers the questions of the tracking endpoints from the database. Reads only. Thread-safe.
/// Every call throws persistence::SqlError or PoolExhausted when the database fails.
class OrderReader {
 public:
  explicit OrderReader(persistence::Pool& pool) : pool_(pool) {}

  /// nullopt: no such order.
  std::optional<OrderState> state(const std::string& number);
  /// Oldest first. nullopt: no such order.
  std::optional<std::vector<Transition>> history(const std::string& number);
  /// Every worker that ever registered, by name.
  std::vector<WorkerState> workers();
  /// The whole kitchen, for forecasts; its cost grows with the number of waiting orders.
  domain::KitchenState kitchen();

 private:
  persistence::Pool& pool_;
};

}  // namespace pizza::tracking
