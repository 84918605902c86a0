#include "order/app/audit_rules.hpp"

#include <algorithm>
#include <set>

#include "domain/order.hpp"

namespace pizza::order {
namespace {

using domain::OrderStatus;
using domain::OrderType;

/// All that can follow `from`, itself too.
bool leads_to(OrderStatus from, OrderStatus to, OrderType type) {
  if (from == to) return true;
  return std::ranges::any_of(domain::kOrderStatuses, [&](OrderStatus next) {
    return domain::may_move(from, next, type) && leads_to(next, to, type);
  });
}

std::string quoted(std::string_view word) { return "'" + std::string{word} + "'"; }

/// The statuses of a log that an order in `status` can have passed, in the order of the status machine; what it cannot
/// have passed, and what is there twice, goes to `faults`.
std::vector<OrderStatus> explained(const StoredShape& shape, OrderStatus status, OrderType type,
                                   std::vector<Judgement>& faults) {
  std::vector<OrderStatus> passed;
  std::set<std::string, std::less<>> seen;
  for (const auto& word : shape.log) {
    if (!seen.insert(word).second) {
      faults.push_back({Fault::doubled, quoted(word) + " is logged twice"});
      continue;
    }
    const auto logged = domain::parse_order_status(word);
    const bool possible = logged && leads_to(OrderStatus::received, *logged, type) && leads_to(*logged, status, type);
    if (possible) {
      passed.push_back(*logged);
    } else {
      faults.push_back({Fault::made_up, quoted(word) + " is logged, and the order is " + shape.status});
    }
  }
  std::ranges::sort(passed);  // the enumeration is in the order of the status machine
  return passed;
}

/// The first status that is not there between `from` and `to`; `from` absent: before everything.
std::optional<OrderStatus> gap_between(std::optional<OrderStatus> from, OrderStatus to, OrderType type) {
  if (!from) return to == OrderStatus::received ? std::nullopt : std::optional{OrderStatus::received};
  if (domain::may_move(*from, to, type)) return std::nullopt;
  for (const auto next : domain::kOrderStatuses) {
    if (next != to && domain::may_move(*from, next, type) && leads_to(next, to, type)) return next;
  }
  return to;
}

void find_gaps(const std::vector<OrderStatus>& passed, OrderStatus status, OrderType type,
               std::vector<Judgement>& faults) {
  auto way = passed;
  const bool has_last = !way.empty() && way.back() == status;
  if (!has_last) {
    faults.push_back({Fault::missing_log, "no log row " + quoted(domain::to_string(status))});
    way.push_back(status);
  }
  std::optional<OrderStatus> before;
  for (const auto each : way) {
    const auto missing = gap_between(before, each, type);
    const bool told = missing && !has_last && *missing == status;
    if (missing && !told) {
      faults.push_back({Fault::missing_log, "no log row " + quoted(domain::to_string(*missing))});
    }
    before = each;
  }
}

bool is_written_in_order(const StoredShape& shape, const std::vector<OrderStatus>& passed) {
  std::vector<OrderStatus> written;
  for (const auto& word : shape.log) {
    const auto status = domain::parse_order_status(word);
    const bool counts = status && std::ranges::find(passed, *status) != passed.end() &&
                        std::ranges::find(written, *status) == written.end();
    if (counts) written.push_back(*status);
  }
  return written == passed;
}

void judge_log(const StoredShape& shape, std::vector<Judgement>& faults) {
  const auto status = domain::parse_order_status(shape.status);
  const auto type = domain::parse_order_type(shape.type);
  if (!status || !type) {
    faults.push_back({Fault::made_up, "log rows of an order that does not exist"});
    return;
  }
  const auto passed = explained(shape, *status, *type, faults);
  find_gaps(passed, *status, *type, faults);
  if (!is_written_in_order(shape, passed)) {
    faults.push_back({Fault::out_of_order, "its log is not in the order of the statuses"});
  } else if (shape.back_in_time) {
    faults.push_back({Fault::out_of_order, "its log goes back in time"});
  }
}

/// Whether work there, or waiting for it, is possible in this status.
bool fits(const OpenShape& shape) {
  const bool house = shape.station == "quality" || shape.station == "packaging";
  if (shape.status == "received") return shape.waits && shape.station == "cook";
  if (shape.status == "cooking") return shape.waits ? house : house || shape.station == "cook";
  if (shape.status == "ready") return shape.waits && shape.station == "courier";
  return shape.status == "out_for_delivery" && !shape.waits && shape.station == "courier";
}

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::lost:
      return "lost";
    case Fault::stuck:
      return "stuck";
    case Fault::dead_letter:
      return "dead_letter";
    case Fault::doubled:
      return "doubled";
    case Fault::missing_log:
      return "missing_log";
    case Fault::made_up:
      return "made_up";
    case Fault::out_of_order:
      return "out_of_order";
    case Fault::wrong_total:
      return "wrong_total";
    case Fault::number_gap:
      return "number_gap";
    case Fault::number_doubled:
      return "number_doubled";
    case Fault::bad_number:
      return "bad_number";
    case Fault::outbox_stuck:
      return "outbox_stuck";
    case Fault::queue_missing:
      return "queue_missing";
  }
  return {};
}

std::vector<Judgement> judge(const StoredShape& shape) {
  std::vector<Judgement> faults;
  judge_log(shape, faults);
  if (!shape.total_is_sum) {
    faults.push_back({Fault::wrong_total, "its total is not the sum of its items"});
  } else if (!shape.items_possible) {
    faults.push_back({Fault::wrong_total, "its items cannot have been ordered"});
  }
  return faults;
}

OpenVerdict judge(const OpenShape& shape) {
  const bool in_work = !shape.waits && (shape.claimed || shape.begun);
  // The staff took it out of the house themselves: they bring it on.
  if (shape.status == "out_for_delivery" && !shape.waits && !in_work) return OpenVerdict::fine;
  if (!fits(shape) || (!shape.waits && !in_work)) return OpenVerdict::hopeless;
  if (shape.exhausted) return OpenVerdict::dead_letter;
  if (shape.owed || !shape.settled) return OpenVerdict::fine;
  return shape.waits || !shape.claimed || !shape.holder_lives ? OpenVerdict::needs_message : OpenVerdict::fine;
}

std::optional<std::string> untruth_of(const Announced& row) {
  if (!row.order_exists) return "a message waits for an order that does not exist";
  if (!row.old_status && !row.new_status) return std::nullopt;
  if (!row.old_status || !row.new_status) return "a status update waits that nobody can read";
  const auto type = domain::parse_order_type(row.type);
  const auto to = domain::to_string(*row.new_status);
  const auto news = std::string{domain::to_string(*row.old_status)} + " -> " + std::string{to};
  const bool possible = type && domain::may_move(*row.old_status, *row.new_status, *type);
  if (!possible) return news + " waits to be announced, which cannot be";
  const bool committed = std::ranges::find(row.log, to) != row.log.end();
  return committed ? std::nullopt : std::optional{news + " waits to be announced, and was never committed"};
}

DayJudgement judge(const NumberedDay& day) {
  return {.missing = std::max(day.last, day.highest) - (day.distinct + day.pruned - day.again),
          .doubled = day.orders - day.distinct + day.again,
          .beyond = day.highest > day.last};
}

}  // namespace pizza::order
