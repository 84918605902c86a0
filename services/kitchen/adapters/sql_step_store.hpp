#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kitchen/adapters/worker_identity.hpp"
#include "kitchen/app/claim_rule.hpp"
#include "kitchen/app/step_store.hpp"
#include "logging/logger.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// The kitchen's steps in PostgreSQL, each one transaction. All times are the database's.
class SqlStepStore final : public StepStore {
 public:
  /// `hand_over` is given the outbox rows of every committed step.
  SqlStepStore(persistence::ConnectionOptions database, WorkerIdentity worker, std::chrono::milliseconds base_time,
               std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log);

  std::vector<Claimed> claim(std::span<const Turn> turns) override;
  std::vector<Finished> finish(std::span<const Cooked> orders) override;
  void record_failure(const std::string& order_number, const std::string& reason) override;

 private:
  using Orders = std::unordered_map<std::string, OrderRow>;
  struct Start {
    const OrderRow* order;
    const Turn* turn;
    std::chrono::milliseconds cooking;
  };
  void start(persistence::Transaction& transaction, const std::vector<Start>& starts);
  void resume(persistence::Transaction& transaction, const std::vector<Start>& resumes);
  outbox::Row announce(const OrderRow& order, domain::OrderStatus to, core::TimePoint completion) const;
  template <class Step>
  auto guarded(Step step);

  persistence::Session session_;
  WorkerIdentity worker_;
  std::chrono::milliseconds base_time_;
  std::function<void(std::vector<outbox::Row>)> hand_over_;
};

}  // namespace pizza::kitchen
