#include "order/adapters/sql_order_store.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "contracts/order_message.hpp"
#include "contracts/topology.hpp"
#include "core/backoff.hpp"
#include "domain/order_number.hpp"
#include "order/adapters/sql.hpp"
#include "outbox/store.hpp"

namespace pizza::order {
namespace {

using persistence::Array;
using persistence::Params;
using persistence::SqlError;

/// How long a commit in doubt is looked up before the client is told that nobody knows.
constexpr std::chrono::seconds kDoubtPatience{10};

std::string day_text(core::TimePoint now) { return core::format_utc(now).substr(0, 10); }

std::vector<std::string> number_orders(core::TimePoint now, std::int64_t last, std::size_t count) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  std::vector<std::string> numbers;
  for (auto sequence = last - static_cast<std::int64_t>(count) + 1; sequence <= last; ++sequence) {
    numbers.push_back(domain::OrderNumber(day, sequence).to_string());
  }
  return numbers;
}

Params order_rows(core::TimePoint now, std::span<const NewOrder> orders, const std::vector<std::string>& numbers) {
  Array number;
  Array customer_name;
  Array type;
  Array table_number;
  Array delivery_address;
  Array total_amount;
  Array priority;
  Array customer_type;
  Array rush;
  Array request_id;
  Array intake_id;
  Array notes;
  Array item_number;
  Array item_name;
  Array item_quantity;
  Array item_price;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& [order, total, order_priority, request, intake] = orders[i];
    number.add(numbers[i]);
    customer_name.add(order.customer_name);
    type.add(domain::to_string(order.type));
    table_number.add(order.table_number);
    delivery_address.add(order.delivery_address);
    total_amount.add(total.to_string());
    priority.add(order_priority.level);
    customer_type.add(domain::to_string(order.customer_type));
    rush.add(std::string_view{order.rush ? "t" : "f"});
    request_id.add(request);
    intake_id.add(intake);
    notes.add(order_priority.reason);
    for (const auto& item : order.items) {
      item_number.add(numbers[i]);
      item_name.add(item.name);
      item_quantity.add(item.quantity);
      item_price.add(item.price.to_string());
    }
  }
  return Params::of(now, number, customer_name, type, table_number, delivery_address, total_amount, priority,
                    customer_type, rush, request_id, intake_id, item_number, item_name, item_quantity, item_price,
                    notes);
}

outbox::Row to_message(const NewOrder& order, const std::string& number) {
  return {.exchange = std::string{contracts::kOrdersTopic},
          .routing_key = contracts::order_routing_key(order.order.type, order.priority.level),
          .message_type = "order",
          .priority = order.priority.level,
          .order_number = number,
          .correlation_id = order.request_id,
          .body = contracts::encode(contracts::OrderMessage{number, order.order, order.total, order.priority.level})};
}

/// Nothing was committed, and another attempt may well succeed: a session that died while idle, a deadlock.
bool worth_another_try(const SqlError& error) {
  return error.connection_finished() || error.sqlstate() == "40001" || error.sqlstate() == "40P01";
}

}  // namespace

SqlOrderStore::SqlOrderStore(persistence::ConnectionOptions database, const core::Clock& clock,
                             std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log)
    : session_(std::move(database), log), clock_(clock), hand_over_(std::move(hand_over)), log_(log) {}

std::vector<std::string> SqlOrderStore::place(std::span<const NewOrder> orders) {
  for (bool last_try = false;; last_try = true) {
    try {
      auto batch = store(orders);
      hand_over_(std::move(batch.messages));
      return std::move(batch.numbers);
    } catch (const SqlError& error) {
      if (!last_try && worth_another_try(error)) continue;
      // One line a batch, under the first of the requests it failed for.
      log_.error({.action = "db_transaction_failed",
                  .message = "Orders could not be stored",
                  .request_id = orders.front().request_id,
                  .details = {{"orders", static_cast<std::int64_t>(orders.size())}, {"sqlstate", error.sqlstate()}}},
                 error);
      if (error.blames_data()) throw OrderRefused(error.what());
      throw StoreUnavailable(error.what());
    }
  }
}

SqlOrderStore::Batch SqlOrderStore::store(std::span<const NewOrder> orders) {
  persistence::Transaction transaction(session_.get());
  auto batch = write(transaction, orders);
  try {
    transaction.commit();
  } catch (const persistence::CommitInDoubt& error) {
    log_.error({.action = "commit_in_doubt",
                .message = "The connection was lost during COMMIT; looking up whether it happened",
                .request_id = orders.front().request_id},
               error);
    if (!happened(batch, orders)) throw SqlError(error.what(), error.sqlstate(), true);
  }
  return batch;
}

SqlOrderStore::Batch SqlOrderStore::write(persistence::Transaction& transaction, std::span<const NewOrder> orders) {
  const auto now = clock_.now();
  Batch batch{.day = day_text(now)};
  const auto taken = transaction.execute(sql::kTakeNumbers, Params::of(batch.day, orders.size()));
  batch.numbers = number_orders(now, taken.integer(0, 0), orders.size());
  transaction.execute(sql::kInsertOrders, order_rows(now, orders, batch.numbers));
  for (std::size_t i = 0; i < orders.size(); ++i) batch.messages.push_back(to_message(orders[i], batch.numbers[i]));
  outbox::append(transaction, batch.messages);
  return batch;
}

/// True if the batch was committed after all. A number alone does not tell: had the commit failed, another batch would
/// have been given it; so the id made here must stand with it.
bool SqlOrderStore::happened(const Batch& batch, std::span<const NewOrder> orders) {
  std::vector<std::string> intake_ids;
  for (const auto& order : orders) intake_ids.push_back(order.intake_id);
  const auto deadline = core::after(kDoubtPatience);
  core::Backoff backoff;
  for (;;) {
    try {
      persistence::Transaction transaction(session_.get());
      transaction.execute(sql::kAwaitDay, Params::of(batch.day));
      const auto found = transaction.execute(sql::kFindPlaced, Params::of(batch.numbers, intake_ids)).integer(0, 0);
      return found == static_cast<std::int64_t>(orders.size());
    } catch (const SqlError& error) {
      const auto pause = backoff.next();
      if (std::chrono::steady_clock::now() + pause >= deadline) throw OutcomeUnknown(error.what());
      std::this_thread::sleep_for(pause);
    }
  }
}

}  // namespace pizza::order
