#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/clock.hpp"
#include "order/adapters/order_rows.hpp"
#include "order/app/new_order.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// What the idempotency keys of a batch say, in the transaction that stores it: for each of `orders` the answer that
/// its key gives already (a replay or a refusal), or nullopt: it is new. The keys of new orders are held until the
/// transaction ends, so that no other instance takes them for new too. Without keys it costs nothing. Throws SqlError.
std::vector<std::optional<Placing>> answers_by_key(persistence::Transaction& transaction, core::TimePoint now,
                                                   std::span<const NewOrder> orders);

/// Keeps the answers to those of `rows` that have a key, for 24 hours; deletes keys that are older. Throws SqlError.
void keep_keys(persistence::Transaction& transaction, core::TimePoint now, std::span<const OrderRow> rows);

}  // namespace pizza::order
