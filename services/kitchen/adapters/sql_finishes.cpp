#include "kitchen/adapters/sql_finishes.hpp"

#include <string>
#include <unordered_map>

#include "kitchen/adapters/order_rows.hpp"
#include "kitchen/adapters/sql.hpp"
#include "orders/messages.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Array;
using persistence::Params;

std::unordered_map<std::string, OrderRow> lock_orders(persistence::Transaction& transaction, domain::Station station,
                                                      std::span<const Cooked> cooked) {
  std::vector<std::string> numbers;
  for (const auto& each : cooked) numbers.push_back(each.order_number);
  const std::vector<std::string> none;
  std::unordered_map<std::string, OrderRow> orders;
  for (auto& order : read_orders(transaction.execute(
           sql::kLockOrders, Params::of(numbers, none, domain::to_string(station), none, kMaxAttempts)))) {
    auto number = order.number;
    orders.emplace(std::move(number), std::move(order));
  }
  return orders;
}

std::optional<std::string> name_of(std::optional<domain::Station> station) {
  if (!station) return std::nullopt;
  return std::string{domain::to_string(*station)};
}

}  // namespace

std::vector<Finished> finish_orders(persistence::Transaction& transaction, const StationWork& work,
                                    const WorkerIdentity& worker, std::span<const Cooked> cooked,
                                    std::vector<outbox::Row>& messages) {
  const auto from = work.stage().working;
  const auto to = work.route.finished(work.station);
  std::vector<Finished> answers(cooked.size());
  std::unordered_map<std::int64_t, Finished*> by_id;
  Array id;
  Array claim;
  Array next;
  Array at;
  std::int64_t done = 0;
  std::unordered_map<domain::Station, std::vector<std::int64_t>> asked_next;
  const auto orders = lock_orders(transaction, work.station, cooked);
  for (std::size_t i = 0; i < cooked.size(); ++i) {
    const auto found = orders.find(cooked[i].order_number);
    if (found == orders.end()) continue;
    const auto& order = found->second;
    if (!in_work_at(order, work.station) || order.claim != cooked[i].claim) continue;
    answers[i] = {.kind = Finished::Kind::done, .type = order.type};
    by_id[order.id] = &answers[i];
    ++done;
    const auto station = work.route.after(work.station, order.type);
    id.add(order.id);
    claim.add(order.claim);
    next.add(name_of(station));
    at.add(order.now);
    if (station) asked_next[*station].push_back(order.id);
    if (to != from) messages.push_back(status_message(order, to, order.now, worker));
  }
  if (done == 0) return answers;
  const auto moved = transaction.execute(
      sql::kFinish, Params::of(worker.name, worker.instance_id, id, claim, domain::to_string(work.station),
                               domain::to_string(from), domain::to_string(to), next, at));
  // The rows are locked and the claims were seen to hold: only a lost name can have kept them.
  if (moved.rows() != done) throw TakenOver();
  for (int i = 0; i < moved.rows(); ++i) {
    auto& answer = *by_id.at(moved.integer(i, 0));
    if (!moved.is_null(i, 1)) answer.worked = std::chrono::milliseconds{moved.integer(i, 1)};
    if (to == domain::OrderStatus::ready) answer.in_all = std::chrono::milliseconds{moved.integer(i, 2)};
  }
  for (const auto& [station, ids] : asked_next) {
    for (const auto& order : orders::load(transaction, ids)) messages.push_back(orders::request(order, station));
  }
  return answers;
}

}  // namespace pizza::kitchen
