#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "logging/logger.hpp"
#include "order/adapters/sql_order_store.hpp"
#include "support/test_database.hpp"

namespace pizza::test {

/// A clock that stands where the test puts it. Thread-safe.
class StandingClock final : public core::Clock {
 public:
  explicit StandingClock(std::string_view utc) { set(utc); }
  void set(std::string_view utc) { now_ = core::parse_utc(utc).value(); }
  core::TimePoint now() const override { return now_; }

 private:
  std::atomic<core::TimePoint> now_;
};

/// A database with the schema of this program.
class OrderDatabase {
 public:
  OrderDatabase();
  TestDatabase& operator*() { return database_; }
  TestDatabase* operator->() { return &database_; }
  /// How a writer reaches it.
  persistence::ConnectionOptions options() const;
  logging::Logger& log() { return log_; }

 private:
  logging::Logger log_;
  TestDatabase database_;
};

/// Takes orders into it as a writer of order-service does, and publishes nothing.
std::unique_ptr<order::SqlOrderStore> make_store(OrderDatabase& database, const core::Clock& clock);

/// A valid order on its way into the database, with an intake id of its own.
order::NewOrder new_order(const std::string& customer = "Anna");
std::vector<order::NewOrder> new_orders(std::size_t count);
/// `refused` if there is none.
std::string number_of(const order::Placing& placing);
std::vector<std::string> numbers_of(const std::vector<order::Placing>& placings);
/// A forecast.
core::TimePoint in_ten_minutes(core::TimePoint now, domain::OrderType type, int priority);

}  // namespace pizza::test
