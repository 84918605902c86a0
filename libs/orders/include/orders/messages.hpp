#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/status_update.hpp"
#include "domain/order.hpp"
#include "domain/station.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::orders {

/// A whole order as it stands in the database.
struct StoredOrder {
  std::int64_t id = 0;
  std::string number;
  domain::Order order;
  domain::Money total;
  int priority = 1;
  std::string request_id;   ///< of the POST that placed it; empty: unknown
  std::string traceparent;  ///< empty: none
};

/// Reads the orders with these ids, with their items, by id; ids that do not exist are left out. Throws SqlError.
std::vector<StoredOrder> load(persistence::Transaction& transaction, const std::vector<std::int64_t>& ids);

/// The message that asks `station` to take the order up (specification, Order Service, Logic 5). However often it is
/// sent, the order is worked at once: a message is a turn, the database holds the truth.
outbox::Row request(const StoredOrder& order, domain::Station station);

/// The message that tells everyone of a change of status (specification, Kitchen Worker, Logic 4).
outbox::Row announce(const contracts::StatusUpdate& update, const std::string& request_id,
                     const std::string& traceparent);

}  // namespace pizza::orders
