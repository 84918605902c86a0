#include "kitchen/adapters/sql_finishes.hpp"

#include "kitchen/adapters/sql.hpp"
#include "orders/messages.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Array;
using persistence::Params;

std::optional<std::string> name_of(std::optional<domain::Station> station) {
  if (!station) return std::nullopt;
  return std::string{domain::to_string(*station)};
}

}  // namespace

FinishBatch::FinishBatch(persistence::Transaction& transaction, const StationWork& work, const WorkerIdentity& worker,
                         std::span<const Cooked> cooked)
    : transaction_(transaction), work_(work), worker_(worker), cooked_(cooked), answers_(cooked.size()) {}

FinishBatch::Orders FinishBatch::lock_orders() {
  std::vector<std::string> numbers;
  for (const auto& each : cooked_) numbers.push_back(each.order_number);
  Orders orders;
  for (auto& order : read_orders(transaction_.execute(sql::kLockCooked, Params::of(numbers)))) {
    auto number = order.number;
    orders.emplace(std::move(number), std::move(order));
  }
  return orders;
}

void FinishBatch::write(std::vector<outbox::Row>& messages) {
  const auto from = work_.stage().working;
  const auto to = work_.route.finished(work_.station);
  Array id;
  Array claim;
  Array next;
  Array at;
  std::unordered_map<domain::Station, std::vector<std::int64_t>> asked_next;
  const auto orders = lock_orders();
  for (std::size_t i = 0; i < cooked_.size(); ++i) {
    const auto found = orders.find(cooked_[i].order_number);
    if (found == orders.end()) continue;
    const auto& order = found->second;
    if (!in_work_at(order, work_.station) || order.claim != cooked_[i].claim) continue;
    answers_[i] = {.kind = Finished::Kind::done, .type = order.type};
    moved_[order.id] = i;
    const auto station = work_.route.after(work_.station, order.type);
    id.add(order.id);
    claim.add(order.claim);
    next.add(name_of(station));
    at.add(order.now);
    if (station) asked_next[*station].push_back(order.id);
    if (to != from) messages.push_back(status_message(order, to, order.now, worker_));
  }
  for (const auto& [station, ids] : asked_next) {
    for (const auto& order : orders::load(transaction_, ids)) messages.push_back(orders::request(order, station));
  }
  if (moved_.empty()) return;
  transaction_.post(sql::kFinish,
                    Params::of(worker_.name, worker_.instance_id, id, claim, domain::to_string(work_.station),
                               domain::to_string(from), domain::to_string(to), next, at));
}

std::vector<Finished> FinishBatch::answers(const std::vector<persistence::Result>& results) {
  if (moved_.empty()) return std::move(answers_);
  const auto& moved = results.back();
  for (int i = 0; i < moved.rows(); ++i) {
    auto& answer = answers_[moved_.at(moved.integer(i, 0))];
    answer.worked = std::chrono::milliseconds{moved.integer(i, 1)};
    if (work_.route.finished(work_.station) == domain::OrderStatus::ready) {
      answer.in_all = std::chrono::milliseconds{moved.integer(i, 2)};
    }
  }
  return std::move(answers_);
}

}  // namespace pizza::kitchen
