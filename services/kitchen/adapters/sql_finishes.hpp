#pragma once

#include <span>
#include <vector>

#include "kitchen/adapters/worker_identity.hpp"
#include "kitchen/app/station_work.hpp"
#include "kitchen/app/step_store.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// Moves the orders on whose claims still hold, in `transaction`: to the next station, which is asked for them, or to
/// the end. Adds what is to be published to `messages`; answers in the order of `cooked`. Throws SqlError, TakenOver.
std::vector<Finished> finish_orders(persistence::Transaction& transaction, const StationWork& work,
                                    const WorkerIdentity& worker, std::span<const Cooked> cooked,
                                    std::vector<outbox::Row>& messages);

}  // namespace pizza::kitchen
