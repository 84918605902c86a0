#include "kitchen/adapters/sql_step_store.hpp"

#include <utility>

#include "contracts/status_update.hpp"
#include "contracts/topology.hpp"
#include "domain/cooking.hpp"
#include "kitchen/adapters/sql.hpp"
#include "outbox/store.hpp"

namespace pizza::kitchen {
namespace {

using domain::OrderStatus;
using persistence::Array;
using persistence::Params;

template <class T>
T require(std::optional<T> value, std::string_view column) {
  if (!value) throw core::Error("order row with an unknown value in column " + std::string{column});
  return *value;
}

OrderRow read_order(const persistence::Result& rows, int i) {
  return {.id = rows.integer(i, 0),
          .number = rows.text(i, 1),
          .status = require(domain::parse_order_status(rows.view(i, 2)), "status"),
          .type = require(domain::parse_order_type(rows.view(i, 3)), "type"),
          .priority = static_cast<int>(rows.integer(i, 4)),
          .customer_name = rows.text(i, 5),
          .request_id = rows.text(i, 6),
          .claim = rows.text(i, 7),
          .claimed_message = rows.text(i, 8),
          .estimated_completion = rows.time(i, 9),
          .attempts = static_cast<int>(rows.integer(i, 10)),
          .now = require(rows.time(i, 11), "now")};
}

std::unordered_map<std::string, OrderRow> lock_orders(persistence::Transaction& transaction,
                                                      const std::vector<std::string>& numbers) {
  const auto rows = transaction.execute(sql::kLockOrders, Params::of(numbers));
  std::unordered_map<std::string, OrderRow> orders;
  for (int i = 0; i < rows.rows(); ++i) {
    auto order = read_order(rows, i);
    auto number = order.number;
    orders.emplace(std::move(number), std::move(order));
  }
  return orders;
}

template <class Item>
std::vector<std::string> numbers_of(std::span<const Item> items) {
  std::vector<std::string> numbers;
  for (const auto& item : items) numbers.push_back(item.order_number);
  return numbers;
}

}  // namespace

SqlStepStore::SqlStepStore(persistence::ConnectionOptions database, WorkerIdentity worker,
                           std::chrono::milliseconds base_time, std::function<void(std::vector<outbox::Row>)> hand_over,
                           logging::Logger& log)
    : session_(std::move(database), log),
      worker_(std::move(worker)),
      base_time_(base_time),
      hand_over_(std::move(hand_over)) {}

/// Runs a step, and says in the kitchen's words why it failed.
template <class Step>
auto SqlStepStore::guarded(Step step) {
  try {
    return step();
  } catch (const persistence::SqlError& error) {
    if (error.blames_data()) throw StepRefused(error.what());
    throw StepUnavailable(error.what());
  }
}

std::vector<Claimed> SqlStepStore::claim(std::span<const Turn> turns) {
  return guarded([&] {
    std::vector<Claimed> answers(turns.size());
    std::vector<Start> starts;
    std::vector<Start> resumes;
    std::vector<outbox::Row> messages;
    persistence::Transaction transaction(session_.get());
    const auto orders = lock_orders(transaction, numbers_of(turns));
    for (std::size_t i = 0; i < turns.size(); ++i) {
      auto& answer = answers[i];
      const auto found = orders.find(turns[i].order_number);
      if (found == orders.end()) {
        answer.kind = Claimed::Kind::unknown_order;
        continue;
      }
      const auto& order = found->second;
      const auto whole = domain::cooking_time(order.type, base_time_);
      answer = {.type = order.type, .priority = order.priority, .request_id = order.request_id};
      switch (rule_on(order, turns[i])) {
        case ClaimRuling::start:
          answer.kind = Claimed::Kind::started;
          answer.cooking = whole;
          starts.push_back({&order, &turns[i], whole});
          messages.push_back(announce(order, OrderStatus::cooking, order.now + whole));
          break;
        case ClaimRuling::resume:
          answer.kind = Claimed::Kind::resumed;
          answer.cooking = time_left(order, whole);
          resumes.push_back({&order, &turns[i], answer.cooking});
          break;
        case ClaimRuling::drop:
          answer.kind = Claimed::Kind::dropped;
          break;
        case ClaimRuling::exhausted:
          answer.kind = Claimed::Kind::exhausted;
          break;
      }
    }
    if (!starts.empty()) start(transaction, starts);
    if (!resumes.empty()) resume(transaction, resumes);
    outbox::append(transaction, messages);
    transaction.commit();
    hand_over_(std::move(messages));
    return answers;
  });
}

void SqlStepStore::start(persistence::Transaction& transaction, const std::vector<Start>& starts) {
  Array id;
  Array claim;
  Array message_id;
  Array estimated_completion;
  for (const auto& [order, turn, cooking] : starts) {
    id.add(order->id);
    claim.add(turn->claim);
    message_id.add(turn->delivery.message_id);
    estimated_completion.add(order->now + cooking);
  }
  const auto moved = transaction.execute(
      sql::kStartCooking, Params::of(worker_.name, worker_.instance_id, id, claim, message_id, estimated_completion));
  // The rows are locked and were seen to be received: only a lost name can have kept them.
  if (moved.affected() != static_cast<std::int64_t>(starts.size())) throw TakenOver();
}

void SqlStepStore::resume(persistence::Transaction& transaction, const std::vector<Start>& resumes) {
  Array id;
  Array claim;
  Array message_id;
  for (const auto& [order, turn, cooking] : resumes) {
    id.add(order->id);
    claim.add(turn->claim);
    message_id.add(turn->delivery.message_id);
  }
  const auto moved =
      transaction.execute(sql::kResumeCooking, Params::of(worker_.name, worker_.instance_id, id, claim, message_id));
  if (moved.affected() != static_cast<std::int64_t>(resumes.size())) throw TakenOver();
}

std::vector<Finished> SqlStepStore::finish(std::span<const Cooked> cooked) {
  return guarded([&] {
    std::vector<Finished> answers(cooked.size(), Finished::lost);
    std::vector<outbox::Row> messages;
    Array id;
    Array claim;
    persistence::Transaction transaction(session_.get());
    const auto orders = lock_orders(transaction, numbers_of(cooked));
    for (std::size_t i = 0; i < cooked.size(); ++i) {
      const auto found = orders.find(cooked[i].order_number);
      if (found == orders.end()) continue;
      const auto& order = found->second;
      if (order.status != OrderStatus::cooking || order.claim != cooked[i].claim) continue;
      answers[i] = Finished::ready;
      id.add(order.id);
      claim.add(cooked[i].claim);
      messages.push_back(announce(order, OrderStatus::ready, order.now));
    }
    if (!messages.empty()) {
      const auto moved =
          transaction.execute(sql::kFinishCooking, Params::of(worker_.name, worker_.instance_id, id, claim));
      if (moved.affected() != static_cast<std::int64_t>(messages.size())) throw TakenOver();
      outbox::append(transaction, messages);
    }
    transaction.commit();
    hand_over_(std::move(messages));
    return answers;
  });
}

void SqlStepStore::record_failure(const std::string& order_number, const std::string& reason) {
  guarded([&] {
    session_.get().execute(sql::kRecordFailure, Params::of(order_number, worker_.name, reason, kMaxAttempts));
    return true;
  });
}

outbox::Row SqlStepStore::announce(const OrderRow& order, OrderStatus to, core::TimePoint completion) const {
  const contracts::StatusUpdate update{.order_number = order.number,
                                       .old_status = order.status,
                                       .new_status = to,
                                       .changed_by = worker_.name,
                                       .timestamp = order.now,
                                       .estimated_completion = completion,
                                       .customer_name = order.customer_name,
                                       .order_type = order.type};
  return {.exchange = std::string{contracts::kNotificationsFanout},
          .message_type = "status_update",
          .order_number = order.number,
          .correlation_id = order.request_id,
          .body = contracts::encode(update)};
}

}  // namespace pizza::kitchen
