#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "order/app/new_order.hpp"

namespace pizza::order {

/// The database refuses something in the batch and always will; nothing of it was stored.
class OrderRefused : public core::Error {
 public:
  using core::Error::Error;
};

/// The database is not there or not well; nothing was stored.
class StoreUnavailable : public core::InfrastructureError {
 public:
  explicit StoreUnavailable(const std::string& what) : InfrastructureError(what, true) {}
};

/// The connection was lost during COMMIT and the database did not come back in time to tell what happened. If the order
/// was stored, it will be cooked.
class OutcomeUnknown : public core::InfrastructureError {
 public:
  explicit OutcomeUnknown(const std::string& what) : InfrastructureError(what, true) {}
};

/// Where orders are kept. Not thread-safe: one per writer. The adapter owns the transaction.
class OrderStore {
 public:
  OrderStore() = default;
  OrderStore(const OrderStore&) = delete;
  OrderStore& operator=(const OrderStore&) = delete;
  virtual ~OrderStore() = default;

  /// Stores in one transaction all of `orders` that are new — priorities by what is known of the customers, numbers,
  /// orders, items, log rows, outbox rows, keys — and hands the messages to the publisher once committed. What became
  /// of each, in the order of `orders`: a key that says otherwise refuses or replays its own order and no other, and
  /// takes no number. No two of `orders` have the same key. Throws OrderRefused, StoreUnavailable, OutcomeUnknown.
  virtual std::vector<Placing> place(std::span<const NewOrder> orders) = 0;
};

}  // namespace pizza::order
