#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kitchen/adapters/order_rows.hpp"
#include "kitchen/adapters/worker_identity.hpp"
#include "kitchen/app/station_work.hpp"
#include "kitchen/app/step_store.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// Orders whose work is done, in a transaction: those whose claims still hold move on to the next station, which is
/// asked for them, or to the end.
class FinishBatch {
 public:
  FinishBatch(persistence::Transaction& transaction, const StationWork& work, const WorkerIdentity& worker,
              std::span<const Cooked> cooked);

  /// Posts the step, to be committed, and adds what is to be published to `messages`. Throws SqlError.
  void write(std::vector<outbox::Row>& messages);
  /// What became of each, in the order of `cooked`. `results`: of the commit.
  std::vector<Finished> answers(const std::vector<persistence::Result>& results);

 private:
  using Orders = std::unordered_map<std::string, OrderRow>;
  Orders lock_orders();

  persistence::Transaction& transaction_;
  const StationWork& work_;
  const WorkerIdentity& worker_;
  std::span<const Cooked> cooked_;

  std::vector<Finished> answers_;
  std::unordered_map<std::int64_t, std::size_t> moved_;  // orders that move on, and their places
};

}  // namespace pizza::kitchen
