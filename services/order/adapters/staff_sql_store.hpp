#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "logging/logger.hpp"
#include "order/app/staff_store.hpp"
#include "outbox/row.hpp"
#include "persistence/pool.hpp"

namespace pizza::order {

/// The staff's operations in PostgreSQL. Thread-safe.
class StaffSqlStore final : public StaffStore {
 public:
  /// `hand_over` is given the outbox row of every committed move. Logs `commit_in_doubt`.
  StaffSqlStore(persistence::Pool& pool, std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log)
      : pool_(pool), hand_over_(std::move(hand_over)), log_(log) {}

  std::optional<StaffOutcome> move(const std::string& number, domain::OrderStatus to, const Reason& reason) override;
  std::optional<StaffOutcome> change_priority(const std::string& number, const PriorityChange& change) override;

 private:
  template <class Operation>
  std::optional<StaffOutcome> in_transaction(const std::string& number, Operation operation);

  persistence::Pool& pool_;
  std::function<void(std::vector<outbox::Row>)> hand_over_;
  logging::Logger& log_;
};

}  // namespace pizza::order
