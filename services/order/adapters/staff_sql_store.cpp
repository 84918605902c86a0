#include "order/adapters/staff_sql_store.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "contracts/status_update.hpp"
#include "contracts/topology.hpp"
#include "order/adapters/staff_sql.hpp"
#include "orders/messages.hpp"
#include "outbox/store.hpp"

namespace pizza::order {
namespace {

using domain::OrderStatus;
using persistence::Params;
using persistence::require;
using persistence::SqlError;
using Kind = StaffStoreFailed::Kind;

constexpr std::string_view kStaff = "staff";
/// How long an operation waits for a session.
constexpr std::chrono::seconds kPatience{2};

/// The locked row.
struct LockedOrder {
  std::int64_t id = 0;
  StaffOrder seen;
  bool in_work = false;
  core::TimePoint updated_at;
  std::optional<core::TimePoint> completed_at;
  std::string customer_name;
  std::string request_id;
  std::string traceparent;
};

std::optional<LockedOrder> lock(persistence::Transaction& transaction, const std::string& number) {
  const auto rows = transaction.execute(sql::kLockStaffOrder, Params::of(number));
  if (rows.empty()) return std::nullopt;
  return LockedOrder{.id = rows.integer(0, 0),
                     .seen = {.status = require(domain::parse_order_status(rows.view(0, 1)), "status"),
                              .type = require(domain::parse_order_type(rows.view(0, 2)), "type"),
                              .priority = static_cast<int>(rows.integer(0, 3)),
                              .waiting = rows.boolean(0, 4)},
                     .in_work = rows.boolean(0, 5),
                     .updated_at = require(rows.time(0, 6), "updated_at"),
                     .completed_at = rows.time(0, 7),
                     .customer_name = rows.text(0, 8),
                     .request_id = rows.text(0, 9),
                     .traceparent = rows.text(0, 10)};
}

StaffOutcome outcome(const std::string& number, const LockedOrder& order, StaffRuling ruling) {
  return {.ruling = ruling,
          .number = number,
          .status = order.seen.status,
          .priority = order.seen.priority,
          .updated_at = order.updated_at,
          .request_id = order.request_id};
}

/// When the guarded change was made.
core::TimePoint changed_at(const persistence::Result& changed) {
  // The row is locked and was seen to allow it; whatever this is, the next attempt decides anew.
  if (changed.empty()) throw StaffStoreFailed("a locked order was changed by another", Kind::passing);
  return require(changed.time(0, 0), "updated_at");
}

outbox::Row announcement(const std::string& number, const LockedOrder& order, OrderStatus to, core::TimePoint at) {
  const contracts::StatusUpdate update{
      .order_number = number,
      .old_status = order.seen.status,
      .new_status = to,
      .changed_by = std::string{kStaff},
      .timestamp = at,
      // When it was ready; an order that is cancelled is not expected to be.
      .estimated_completion = to == OrderStatus::cancelled ? std::nullopt : order.completed_at,
      .customer_name = order.customer_name,
      .order_type = order.seen.type};
  return orders::announce(update, order.request_id, order.traceparent);
}

}  // namespace

/// Runs `operation(transaction, locked order, messages)`, commits if it changed something, and says in the staff's
/// words why it failed.
template <class Operation>
std::optional<StaffOutcome> StaffSqlStore::in_transaction(const std::string& number, Operation operation) {
  try {
    auto connection = pool_.acquire(core::after(kPatience));
    persistence::Transaction transaction(*connection);
    const auto order = lock(transaction, number);
    if (!order) return std::nullopt;
    std::vector<outbox::Row> messages;
    auto result = operation(transaction, *order, messages);
    if (result.ruling != StaffRuling::change) return result;
    outbox::append_and_commit(transaction, messages);
    hand_over_(std::move(messages));
    return result;
  } catch (const persistence::CommitInDoubt& error) {
    log_.error({.action = "commit_in_doubt",
                .message = "The connection was lost during COMMIT; the operation is repeated",
                .order_number = number},
               error);
    throw StaffStoreFailed(error.what(), Kind::in_doubt);
  } catch (const persistence::PoolExhausted& error) {
    throw StaffStoreFailed(error.what(), Kind::overloaded);
  } catch (const SqlError& error) {
    throw StaffStoreFailed(error.what(), error.transient() ? Kind::passing : Kind::failed);
  }
}

std::optional<StaffOutcome> StaffSqlStore::move(const std::string& number, OrderStatus to, const Reason& reason) {
  return in_transaction(
      number, [&](persistence::Transaction& transaction, const LockedOrder& order, std::vector<outbox::Row>& messages) {
        auto result = outcome(number, order, rule_on_move(order.seen, to));
        if (result.ruling != StaffRuling::change) return result;
        const auto from = order.seen.status;
        result.updated_at = changed_at(transaction.execute(
            sql::kStaffMove, Params::of(order.id, domain::to_string(from), domain::to_string(to), reason)));
        result.status = to;
        if (completes_for_customer(from, to))
          transaction.execute(sql::kCountCompleted, Params::of(order.customer_name));
        if (to == OrderStatus::cancelled && order.in_work)
          transaction.execute(sql::kNotifyCancelled, Params::of(contracts::kCancelledChannel, number));
        messages.push_back(announcement(number, order, to, result.updated_at));
        return result;
      });
}

std::optional<StaffOutcome> StaffSqlStore::change_priority(const std::string& number, const PriorityChange& change) {
  return in_transaction(
      number, [&](persistence::Transaction& transaction, const LockedOrder& order, std::vector<outbox::Row>&) {
        auto result = outcome(number, order, rule_on_priority(order.seen, change.priority));
        if (result.ruling != StaffRuling::change) return result;
        auto notes = fmt::format("priority {} -> {}", order.seen.priority, change.priority);
        if (change.reason) notes += ": " + *change.reason;
        result.updated_at = changed_at(transaction.execute(
            sql::kStaffPriority, Params::of(order.id, domain::to_string(order.seen.status), change.priority, notes)));
        result.priority = change.priority;
        return result;
      });
}

}  // namespace pizza::order
