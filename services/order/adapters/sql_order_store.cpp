#include "order/adapters/sql_order_store.hpp"

#include <chrono>
#include <thread>
#include <unordered_map>
#include <utility>

#include "core/backoff.hpp"
#include "domain/order_number.hpp"
#include "domain/priority.hpp"
#include "order/adapters/sql.hpp"
#include "order/adapters/sql_idempotency.hpp"
#include "outbox/store.hpp"

namespace pizza::order {
namespace {

using persistence::Array;
using persistence::Params;
using persistence::SqlError;

/// How long a commit in doubt is looked up before the client is told that nobody knows.
constexpr std::chrono::seconds kDoubtPatience{10};

std::string day_text(core::TimePoint now) { return core::format_utc(now).substr(0, 10); }

void number_orders(core::TimePoint now, std::int64_t last, std::vector<OrderRow>& rows) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  auto sequence = last - static_cast<std::int64_t>(rows.size());
  for (auto& row : rows) row.placed.number = domain::OrderNumber(day, ++sequence).to_string();
}

}  // namespace

SqlOrderStore::SqlOrderStore(persistence::ConnectionOptions database, const core::Clock& clock, ReadyAt ready_at,
                             std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log)
    : session_(std::move(database), log),
      clock_(clock),
      ready_at_(std::move(ready_at)),
      hand_over_(std::move(hand_over)),
      log_(log) {}

std::vector<Placing> SqlOrderStore::place(std::span<const NewOrder> orders) {
  for (bool last_try = false;; last_try = true) {
    try {
      auto batch = store(orders);
      hand_over_(std::move(batch.messages));
      return std::move(batch.answers);
    } catch (const SqlError& error) {
      if (!last_try && error.transient()) continue;
      // One line a batch, under the first of the requests it failed for.
      log_.error({.action = "db_transaction_failed",
                  .message = "Orders could not be stored",
                  .request_id = orders.front().request_id,
                  .details = {{"orders", static_cast<std::int64_t>(orders.size())}, {"sqlstate", error.sqlstate()}}},
                 error);
      // A lock that one order waits for in vain (its customer's row) is not the others' fault.
      const bool one_is_locked = error.sqlstate() == "55P03" && orders.size() > 1;
      if (error.blames_data() || one_is_locked) throw OrderRefused(error.what());
      throw StoreUnavailable(error.what());
    }
  }
}

SqlOrderStore::Batch SqlOrderStore::store(std::span<const NewOrder> orders) {
  persistence::Transaction transaction(session_.get());
  const auto now = clock_.now();
  auto batch = sort_out(transaction, now, orders);
  if (batch.rows.empty()) return batch;
  assign_priorities(transaction, now, batch.rows);
  write(transaction, now, batch);
  try {
    outbox::append_and_commit(transaction, batch.messages);
  } catch (const persistence::CommitInDoubt& error) {
    log_.error({.action = "commit_in_doubt",
                .message = "The connection was lost during COMMIT; looking up whether it happened",
                .request_id = orders.front().request_id},
               error);
    if (!happened(batch)) throw SqlError(error.what(), error.sqlstate(), true);
    find_messages(batch);
  }
  for (auto& row : batch.rows) batch.answers[row.position] = std::move(row.placed);
  return batch;
}

/// The new orders of a batch, and the answers to the others.
SqlOrderStore::Batch SqlOrderStore::sort_out(persistence::Transaction& transaction, core::TimePoint now,
                                             std::span<const NewOrder> orders) {
  Batch batch{.day = day_text(now), .answers = std::vector<Placing>(orders.size())};
  auto known = answers_by_key(transaction, now, orders);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& order = orders[i];
    auto& answer = known[i];
    if (answer) {
      batch.answers[i] = std::move(*answer);
    } else if (order.replay_only) {
      batch.answers[i] = std::unexpected(Refusal::broker_unavailable);
    } else {
      batch.rows.push_back(
          {.position = i, .source = &order, .placed = {.type = order.order.type, .total = order.total}});
    }
  }
  return batch;
}

void SqlOrderStore::assign_priorities(persistence::Transaction& transaction, core::TimePoint now,
                                      std::vector<OrderRow>& rows) {
  Array names;
  for (const auto& row : rows) names.add(row.source->order.customer_name);
  const auto found = transaction.execute(sql::kFindCustomers, Params::of(names));
  std::unordered_map<std::string, domain::CustomerRecord> records;
  for (int i = 0; i < found.rows(); ++i) {
    const auto type = domain::parse_customer_type(found.view(i, 1)).value_or(domain::CustomerType::regular);
    records.emplace(found.text(i, 0), domain::CustomerRecord{type, found.integer(i, 2)});
  }
  for (auto& row : rows) {
    const auto record = records.find(row.source->order.customer_name);
    row.priority =
        domain::assign_priority(row.source->order, record == records.end() ? domain::CustomerRecord{} : record->second);
    row.placed.priority = row.priority.level;
    row.placed.estimated_completion = ready_at_(now, row.placed.type, row.placed.priority);
  }
}

/// From the number on the day's row is held: nothing is done here that could be done before.
void SqlOrderStore::write(persistence::Transaction& transaction, core::TimePoint now, Batch& batch) {
  const auto taken = transaction.execute(sql::kTakeNumbers, Params::of(batch.day, batch.rows.size()));
  number_orders(now, taken.integer(0, 0), batch.rows);
  transaction.post(sql::kInsertOrders, insert_values(now, batch.day, batch.rows));
  keep_keys(transaction, now, batch.rows);
  for (const auto& row : batch.rows) batch.messages.push_back(to_message(row));
}

/// Their ids came with the answer that was lost.
void SqlOrderStore::find_messages(Batch& batch) {
  try {
    outbox::find_orders(session_.get(), batch.messages);
  } catch (const SqlError&) {
    batch.messages.clear();  // whoever sweeps the outbox publishes them
  }
}

/// True if the batch was committed after all. A number alone does not tell: had the commit failed, another batch would
/// have been given it; so the id made here must stand with it.
bool SqlOrderStore::happened(const Batch& batch) {
  Array numbers;
  Array intake_ids;
  for (const auto& row : batch.rows) {
    numbers.add(row.placed.number);
    intake_ids.add(row.source->intake_id);
  }
  const auto deadline = core::after(kDoubtPatience);
  core::Backoff backoff;
  for (;;) {
    try {
      persistence::Transaction transaction(session_.get());
      transaction.execute(sql::kAwaitDay, Params::of(batch.day));
      const auto found = transaction.execute(sql::kFindPlaced, Params::of(numbers, intake_ids)).integer(0, 0);
      return found == static_cast<std::int64_t>(batch.rows.size());
    } catch (const SqlError& error) {
      const auto pause = backoff.next();
      if (std::chrono::steady_clock::now() + pause >= deadline) throw OutcomeUnknown(error.what());
      std::this_thread::sleep_for(pause);  // nothing tells that the database is back
    }
  }
}

}  // namespace pizza::order
