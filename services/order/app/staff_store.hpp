#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "domain/order_status.hpp"
#include "order/app/staff_request.hpp"
#include "order/app/staff_rule.hpp"

namespace pizza::order {

/// What became of a staff operation, and the order as it stands now.
struct StaffOutcome {
  StaffRuling ruling = StaffRuling::already;
  std::string number;
  domain::OrderStatus status = domain::OrderStatus::received;
  int priority = 1;
  core::TimePoint updated_at;
  std::string request_id;  ///< of the POST that placed it; empty: unknown
};

/// The database is not there or not well.
class StaffStoreFailed : public core::InfrastructureError {
 public:
  enum class Kind {
    overloaded,  ///< no session came free in time; nothing was written
    failed,      ///< nothing was written
    passing,     ///< nothing was written, and another attempt may well succeed: a dead session, a deadlock
    in_doubt,    ///< the connection was lost during COMMIT: it may have happened
  };
  StaffStoreFailed(const std::string& what, Kind kind) : InfrastructureError(what, false), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// Where the staff's operations become true. Each is one transaction: the order's row is locked, the rule decides, the
/// change is guarded by what the rule saw, with its log row and its message; afterwards the message goes to the
/// publisher. Nothing is written unless the ruling is `change`. Thread-safe.
class StaffStore {
 public:
  StaffStore() = default;
  StaffStore(const StaffStore&) = delete;
  StaffStore& operator=(const StaffStore&) = delete;
  virtual ~StaffStore() = default;

  /// nullopt: there is no such order. Throws StaffStoreFailed; both are safe to repeat, also in doubt.
  virtual std::optional<StaffOutcome> move(const std::string& number, domain::OrderStatus to, const Reason& reason) = 0;
  virtual std::optional<StaffOutcome> change_priority(const std::string& number, const PriorityChange& change) = 0;
};

}  // namespace pizza::order
