#pragma once

#include <cstddef>

#include "order/app/new_order.hpp"

namespace pizza::order {

/// Why a `POST /orders` stored nothing.
enum class NotTaken {
  validation,  ///< the order, or its key, is not valid
  overloaded,  ///< past admission
  broker,      ///< the kitchen cannot be reached, `when_broker_down: reject`
  conflict,    ///< its idempotency key is in flight, or belongs to another order
  database,    ///< not there or not well
  data,        ///< the database refuses this order and always will
  unknown,     ///< the connection was lost during COMMIT, and the database did not come back: it may be stored
};

/// What the intake tells of its work, for metrics. Called on any thread; must not block or throw.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// A new order is committed; once for each, and before its client knows. A replay is none.
  virtual void stored(const PlacedOrder& order) = 0;
  /// So many new orders were committed in one transaction.
  virtual void committed(std::size_t orders) = 0;
  virtual void refused(NotTaken why) = 0;
};

}  // namespace pizza::order
