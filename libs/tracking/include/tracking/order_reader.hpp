#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/combiner.hpp"
#include "persistence/pool.hpp"
#include "tracking/order_filter.hpp"
#include "tracking/records.hpp"

namespace pizza::tracking {

/// Answers what is asked of orders from the database. Reads only. Thread-safe.
/// Every call throws persistence::SqlError or PoolExhausted when the database fails.
class OrderReader {
 public:
  explicit OrderReader(persistence::Pool& pool);

  /// Asked together with others that ask at the same time. nullopt: no such order.
  std::optional<OrderState> state(const std::string& number);
  /// Oldest first. nullopt: no such order.
  std::optional<std::vector<Transition>> history(const std::string& number);
  /// nullopt: no such order.
  std::optional<OrderDetails> details(const std::string& number);
  /// The orders that `filter` asks for, newest first. Pages that are asked for one after the other show each order that
  /// was there for the first exactly once, whatever comes in meanwhile. nullopt: there is no order `filter.after`.
  std::optional<OrderPage> list(const OrderFilter& filter);

 private:
  using States = core::Combiner<std::string, std::optional<OrderState>>;
  std::vector<std::optional<OrderState>> states(const std::vector<std::string>& numbers);

  persistence::Pool& pool_;
  States states_;
};

}  // namespace pizza::tracking
