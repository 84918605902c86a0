#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kitchen/adapters/worker_identity.hpp"
#include "kitchen/app/station_work.hpp"
#include "kitchen/app/step_store.hpp"
#include "logging/logger.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// The steps at one station in PostgreSQL, each one transaction. All times are the database's.
class SqlStepStore final : public StepStore {
 public:
  /// `hand_over` is given the outbox rows of every committed step.
  SqlStepStore(persistence::ConnectionOptions database, WorkerIdentity worker, StationWork work,
               std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log);

  std::vector<Claimed> claim(std::span<const Turn> turns) override;
  std::vector<Finished> finish(std::span<const Cooked> cooked) override;
  void record_failure(const std::string& order_number, const std::string& reason) override;

 private:
  /// The results of what was posted before.
  std::vector<persistence::Result> commit(persistence::Transaction& transaction, std::vector<outbox::Row> messages);

  persistence::Session session_;
  const WorkerIdentity worker_;
  const StationWork work_;
  std::function<void(std::vector<outbox::Row>)> hand_over_;
};

}  // namespace pizza::kitchen
