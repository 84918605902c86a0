#pragma once

#include <vector>

#include "contracts/status_update.hpp"
#include "kitchen/adapters/worker_identity.hpp"
#include "kitchen/app/claim_rule.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// The rows of the statements that lock orders. Throws core::Error naming the column that holds an unknown value.
std::vector<OrderRow> read_orders(const persistence::Result& rows);

/// The message that tells everyone that `worker` moved the order to `status`.
outbox::Row status_message(const OrderRow& order, domain::OrderStatus status, core::TimePoint completion,
                           const WorkerIdentity& worker);

}  // namespace pizza::kitchen
