#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::outbox {

/// Inserts `rows` in the transaction that makes them true and sets their ids. Their `id` is ignored.
void append(persistence::Transaction& transaction, std::vector<Row>& rows);
/// The same, and commits, in one round trip with what was posted before; returns the results of that. Throws as
/// Transaction::commit.
std::vector<persistence::Result> append_and_commit(persistence::Transaction& transaction, std::vector<Row>& rows);

/// After a commit in doubt that did happen: sets the ids of `rows`, order messages of one order each. Those that are
/// not there any more were published by somebody else, and are taken out.
void find_orders(persistence::Connection& connection, std::vector<Row>& rows);

/// The rows were confirmed by the broker.
void remove(persistence::Connection& connection, const std::vector<std::int64_t>& ids);
/// The rows were not confirmed: anyone may take them now.
void release(persistence::Connection& connection, const std::vector<std::int64_t>& ids);
/// No queue takes the rows: anyone may try again after five seconds, and the longer they wait the more seldom, up to a
/// minute.
void postpone(persistence::Connection& connection, const std::vector<std::int64_t>& ids);
/// How much the outbox holds, whoever wrote it.
struct Backlog {
  static constexpr std::int64_t kMost = 10'000;  ///< not counted beyond: what is asked must stay cheap
  std::int64_t pending = 0;
  std::chrono::duration<double> oldest{0};  ///< how long the oldest row has waited
};
Backlog backlog(persistence::Connection& connection);
/// Takes up to `limit` rows that nobody works on and leases them; the longest overdue first.
std::vector<Row> take_due(persistence::Connection& connection, std::size_t limit);

}  // namespace pizza::outbox
