#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "order/app/staff_store.hpp"

namespace pizza::order {

/// Nobody knows whether a staff operation was done: the connection was lost during COMMIT and the database did not come
/// back in time.
class StaffOutcomeUnknown : public core::InfrastructureError {
 public:
  explicit StaffOutcomeUnknown(const std::string& what) : InfrastructureError(what, true) {}
};

/// The use cases behind `POST /orders/{number}/cancel` and its sisters. What failed is tried again: at once a few times
/// if it may well succeed, and for `patience` after a COMMIT in doubt, since a repetition tells what happened.
/// Thread-safe, blocking.
class StaffDesk {
 public:
  explicit StaffDesk(StaffStore& store, std::chrono::milliseconds patience = std::chrono::seconds{10})
      : store_(store), patience_(patience) {}

  /// nullopt: there is no such order. Throws StaffStoreFailed (nothing was written), StaffOutcomeUnknown.
  std::optional<StaffOutcome> move(const std::string& number, domain::OrderStatus to, const Reason& reason);
  std::optional<StaffOutcome> change_priority(const std::string& number, const PriorityChange& change);

 private:
  template <class Operation>
  std::optional<StaffOutcome> persist(Operation operation);

  StaffStore& store_;
  std::chrono::milliseconds patience_;
};

}  // namespace pizza::order
