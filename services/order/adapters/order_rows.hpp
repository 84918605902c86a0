#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/clock.hpp"
#include "domain/priority.hpp"
#include "order/app/new_order.hpp"
#include "outbox/row.hpp"
#include "persistence/params.hpp"

namespace pizza::order {

/// An order of a batch that is stored now: what was sent, and what becomes of it. `source` belongs to the batch.
struct OrderRow {
  std::size_t position = 0;  ///< in the batch
  const NewOrder* source = nullptr;
  domain::Priority priority;
  PlacedOrder placed;
};

/// The values of sql::kInsertOrders.
persistence::Params insert_values(core::TimePoint now, const std::string& day, std::span<const OrderRow> rows);

/// The message that asks the kitchen to cook it.
outbox::Row to_message(const OrderRow& row);

}  // namespace pizza::order
