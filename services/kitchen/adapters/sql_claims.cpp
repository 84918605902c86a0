#include "kitchen/adapters/sql_claims.hpp"

#include <algorithm>
#include <map>

#include "domain/priority.hpp"
#include "kitchen/adapters/order_rows.hpp"
#include "kitchen/adapters/sql.hpp"
#include "orders/messages.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Array;
using persistence::Params;

constexpr int kHighestWaitingColumn = 18;

std::vector<std::string> names_of(const std::set<domain::OrderType>& types) {
  std::vector<std::string> names;
  for (const auto type : types) names.emplace_back(domain::to_string(type));
  return names;
}

/// What the figures of the priority classes gain by orders that were started.
struct Waits {
  std::int64_t started = 0;
  std::int64_t milliseconds = 0;
  std::int64_t worst = 0;
};

}  // namespace

ClaimBatch::ClaimBatch(persistence::Transaction& transaction, const StationWork& work, const WorkerIdentity& worker,
                       std::span<const Turn> turns)
    : transaction_(transaction), work_(work), worker_(worker), turns_(turns) {}

std::vector<Claimed> ClaimBatch::run(std::vector<outbox::Row>& messages) {
  answers_.resize(turns_.size());
  for (std::size_t place = 0; place < turns_.size(); ++place) rule(place);
  let_higher_orders_first();
  if (!starts_.empty()) write_starts(messages);
  if (!resumes_.empty()) write_resumes();
  if (!unclaimed_.empty()) transaction_.execute(sql::kClearClaims, Params::of(unclaimed_));
  for (const auto& order : orders::load(transaction_, asked_again_)) {
    messages.push_back(orders::request(order, work_.station));
  }
  return answers_;
}

bool ClaimBatch::lock_orders() {
  std::vector<std::string> numbers;
  std::vector<std::string> messages;
  std::vector<std::string> redelivered;
  for (const auto& turn : turns_) {
    numbers.push_back(turn.order_number);
    if (turn.delivery.message_id.empty()) continue;
    messages.push_back(turn.delivery.message_id);
    if (turn.delivery.redelivered) redelivered.push_back(turn.delivery.message_id);
  }
  const auto rows = transaction_.execute(
      sql::kLockOrders,
      Params::of(numbers, messages, domain::to_string(work_.station), names_of(work_.types), kMaxAttempts));
  locked_at_ = std::chrono::steady_clock::now();
  orders_ = read_orders(rows);
  for (const auto& order : orders_) {
    by_number_.emplace(order.number, &order);
    if (in_work_at(order, work_.station) && !order.claim.empty()) by_message_[order.claimed_message].push_back(&order);
  }
  if (!rows.empty()) highest_waiting_ = static_cast<int>(rows.integer(0, kHighestWaitingColumn));
  return redelivered.empty() || saw_all_held_under(redelivered);
}

/// The statement that locks saw the table as it was when it began, and may then have waited for the very step that gave
/// a turn away.
bool ClaimBatch::saw_all_held_under(const std::vector<std::string>& messages) {
  Array seen;
  for (const auto& order : orders_) seen.add(order.id);
  return !transaction_.execute(sql::kHeldUnder, Params::of(messages, domain::to_string(work_.station), seen))
              .boolean(0, 0);
}

/// Orders that are worked at under this message though it names another: they took its turn.
std::vector<const OrderRow*> ClaimBatch::held_by_others(const Turn& turn) const {
  const auto held = by_message_.find(turn.delivery.message_id);
  if (held == by_message_.end() || turn.delivery.message_id.empty()) return {};
  auto others = held->second;
  std::erase_if(others, [&](const OrderRow* order) { return order->number == turn.order_number; });
  return others;
}

void ClaimBatch::rule(std::size_t place) {
  const auto& turn = turns_[place];
  answers_[place].order_number = turn.order_number;
  const auto found = by_number_.find(turn.order_number);
  const auto* named = found == by_number_.end() ? nullptr : found->second;
  if (const auto others = held_by_others(turn); !others.empty()) {
    // The message stands for the other order: the one that it names needs one of its own, and never starts under it.
    const bool named_waits = named != nullptr && waits_for(*named, work_.station);
    if (named_waits) ask_again(*named);
    const auto other = std::ranges::find_if(others, [this](const OrderRow* o) { return !taken_.contains(o->id); });
    if (turn.delivery.redelivered && other != others.end()) return rule_on_order(place, **other);
    if (named_waits) return;
  }
  if (named == nullptr) {
    answers_[place].kind = Claimed::Kind::unknown_order;
    return;
  }
  rule_on_order(place, *named);
}

void ClaimBatch::rule_on_order(std::size_t place, const OrderRow& order) {
  const auto& turn = turns_[place];
  auto& answer = answers_[place];
  if (taken_.contains(order.id)) return;
  switch (rule_on(order, turn, work_.station)) {
    case ClaimRuling::drop:
      return;
    case ClaimRuling::exhausted:
      if (!order.claim.empty()) unclaimed_.push_back(order.id);
      // A dead letter has to name its order.
      if (order.number != turn.order_number) return ask_again(order);
      answer.kind = Claimed::Kind::exhausted;
      return;
    case ClaimRuling::start:
      if (!work_.types.contains(order.type)) {
        // The message lied about the type, or it would not be here.
        taken_.insert(order.id);
        return ask_again(order);
      }
      starts_.push_back({&order, &turn, place});
      break;
    case ClaimRuling::resume:
      if (!work_.types.contains(order.type)) {
        // It took a turn in a queue that its own kind of workers need not see; they get a message of its own.
        unclaimed_.push_back(order.id);
        taken_.insert(order.id);
        return ask_again(order);
      }
      resumes_.push_back({&order, &turn, place});
      break;
  }
  taken_.insert(order.id);
  subject_ = order.number;
}

void ClaimBatch::ask_again(const OrderRow& order) {
  if (std::ranges::find(asked_again_, order.id) == asked_again_.end()) asked_again_.push_back(order.id);
}

/// Each turn that would start an order while another goes first is that one's: the lowest for the highest.
void ClaimBatch::let_higher_orders_first() {
  std::ranges::sort(starts_, [](const Start& a, const Start& b) {
    return a.order->precedence != b.order->precedence ? a.order->precedence < b.order->precedence
                                                      : a.order->id > b.order->id;
  });
  const auto lower = static_cast<std::size_t>(std::ranges::count_if(starts_, [this](const Start& start) {
    return start.order->precedence < highest_waiting_ || start.order->precedence == domain::kOverduePrecedence;
  }));
  if (lower == 0) return;
  higher_ = lock_higher(starts_.front().order->precedence, lower);
  for (std::size_t i = 0; i < higher_.size(); ++i) {
    auto& start = starts_[i];
    if (!goes_first(higher_[i], *start.order)) break;
    ask_again(*start.order);
    // Without a message_id nobody could go on with the other order after us: its turn ends here.
    start.order = start.turn->delivery.message_id.empty() ? nullptr : &higher_[i];
    if (start.order != nullptr) subject_ = start.order->number;
  }
  std::erase_if(starts_, [](const Start& start) { return start.order == nullptr; });
}

std::vector<OrderRow> ClaimBatch::lock_higher(int above, std::size_t count) {
  Array not_among;
  for (const auto& order : orders_) not_among.add(order.id);
  const auto rows = transaction_.execute(
      sql::kLockHigher,
      Params::of(domain::to_string(work_.station), domain::to_string(work_.stage().waiting), names_of(work_.types),
                 std::min(above + 1, domain::kOverduePrecedence), not_among, count, kMaxAttempts));
  locked_at_ = std::chrono::steady_clock::now();
  return read_orders(rows);
}

core::TimePoint ClaimBatch::completion_of(const OrderRow& order) const {
  return order.now + work_.own_time(order.type) * work_.stations_left();
}

void ClaimBatch::write_starts(std::vector<outbox::Row>& messages) {
  const auto [waiting, working] = work_.stage();
  Array id;
  Array claim;
  Array message_id;
  Array completion;
  Array at;
  std::map<std::string, Waits> waits;
  for (const auto& [order, turn, place] : starts_) {
    id.add(order->id);
    claim.add(turn->claim);
    message_id.add(turn->delivery.message_id);
    completion.add(completion_of(*order));
    at.add(order->now);
    if (waiting != working) messages.push_back(status_message(*order, working, completion_of(*order), worker_));
    answers_[place] = {.kind = Claimed::Kind::started,
                       .order_number = order->number,
                       .cooking = work_.own_time(order->type),
                       .began = locked_at_,
                       .type = order->type,
                       .priority = order->priority,
                       .request_id = order->request_id};
    if (work_.station != domain::Station::cook) continue;
    const auto waited =
        std::max(std::chrono::duration_cast<std::chrono::milliseconds>(order->now - *order->waiting_since),
                 std::chrono::milliseconds{0});
    answers_[place].waited = waited;
    auto& wait = waits[std::string{domain::priority_class(order->assigned_priority)}];
    ++wait.started;
    wait.milliseconds += waited.count();
    wait.worst = std::max<std::int64_t>(wait.worst, waited.count());
  }
  Array classes;
  Array started;
  Array waited;
  Array worst;
  for (const auto& [name, wait] : waits) {
    classes.add(name);
    started.add(wait.started);
    waited.add(wait.milliseconds);
    worst.add(wait.worst);
  }
  transaction_.post(sql::kStart,
                    Params::of(worker_.name, worker_.instance_id, id, claim, message_id,
                               domain::to_string(work_.station), domain::to_string(waiting), domain::to_string(working),
                               classes, started, waited, worst, completion, at));
}

void ClaimBatch::write_resumes() {
  Array id;
  Array claim;
  Array message_id;
  for (const auto& [order, turn, place] : resumes_) {
    id.add(order->id);
    claim.add(turn->claim);
    message_id.add(turn->delivery.message_id);
    answers_[place] = {.kind = Claimed::Kind::resumed,
                       .order_number = order->number,
                       .cooking = time_left(*order, work_.own_time(order->type), work_.stations_left()),
                       .began = locked_at_,
                       .type = order->type,
                       .priority = order->priority,
                       .request_id = order->request_id};
  }
  const auto moved = transaction_.execute(
      sql::kResume, Params::of(worker_.name, worker_.instance_id, id, claim, message_id,
                               domain::to_string(work_.station), domain::to_string(work_.stage().working)));
  if (moved.affected() != static_cast<std::int64_t>(resumes_.size())) throw TakenOver();
}

}  // namespace pizza::kitchen
