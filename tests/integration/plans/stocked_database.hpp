#pragma once

#include <map>
#include <string>
#include <string_view>

#include "integration/kitchen/kitchen_database.hpp"
#include "integration/plans/cases.hpp"

namespace pizza::plans {

/// A restaurant with PIZZA_PLANS_ORDERS (100 000) orders behind it, 3000 that wait and 40 that cook, where every
/// statement of the sources is prepared, as a service does it.
class StockedDatabase {
 public:
  /// One for all cases: filling it takes most of the time.
  static StockedDatabase& shared();
  StockedDatabase();

  /// The outbox holds `count` messages about orders that wait, every second one due.
  void owe(int count);
  void plan_mode(const std::string& mode) { session_.run("SET plan_cache_mode = " + mode); }

  /// As EXPLAIN tells it.
  std::string plan_of(const Case& asked);
  /// Of tables and indexes that one execution touches, checks of references included. It is undone.
  long blocks_of(const Case& asked);

  persistence::Result query(const std::string& sql) { return session_.run(sql); }

 private:
  std::string execution(const Case& asked) const;
  std::string value(const std::string& sql) { return query(sql).text(0, 0); }

  kitchen::KitchenDatabase database_;
  persistence::Connection session_;                       ///< set as a service's
  std::map<std::string, std::string, std::less<>> rows_;  ///< what `$name` stands for
};

}  // namespace pizza::plans
