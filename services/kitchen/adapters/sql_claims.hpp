#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kitchen/adapters/worker_identity.hpp"
#include "kitchen/app/claim_rule.hpp"
#include "kitchen/app/station_work.hpp"
#include "kitchen/app/step_store.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// A batch of turns in a transaction: what each means for its order, which orders of higher precedence take turns of
/// others, and what is written of it.
class ClaimBatch {
 public:
  ClaimBatch(persistence::Transaction& transaction, const StationWork& work, const WorkerIdentity& worker,
             std::span<const Turn> turns);

  /// First: locks the orders. False: an order took the turn of one of these messages while this waited for a lock, and
  /// only a new transaction sees it. Throws SqlError.
  [[nodiscard]] bool lock_orders();
  /// Adds what is to be published to `messages`; answers in the order of the turns. Throws SqlError, TakenOver.
  std::vector<Claimed> run(std::vector<outbox::Row>& messages);
  /// The order that the only turn is for; another than it names if one took it.
  const std::string& subject() const { return subject_; }

 private:
  struct Start {
    const OrderRow* order;
    const Turn* turn;
    std::size_t place;  ///< of the turn
  };
  bool saw_all_held_under(const std::vector<std::string>& messages);
  std::vector<const OrderRow*> held_by_others(const Turn& turn) const;
  void rule(std::size_t place);
  void rule_on_order(std::size_t place, const OrderRow& order);
  void ask_again(const OrderRow& order);
  void let_higher_orders_first();
  std::vector<OrderRow> lock_higher(int above, std::size_t count);
  void write_starts(std::vector<outbox::Row>& messages);
  void write_resumes();
  core::TimePoint completion_of(const OrderRow& order) const;

  persistence::Transaction& transaction_;
  const StationWork& work_;
  const WorkerIdentity& worker_;
  std::span<const Turn> turns_;
  std::string subject_;

  std::chrono::steady_clock::time_point locked_at_;  // the orders' own `now` is no later
  std::vector<OrderRow> orders_;                     // all that are locked from the start
  std::unordered_map<std::string, const OrderRow*> by_number_;
  std::unordered_map<std::string, std::vector<const OrderRow*>> by_message_;
  std::vector<OrderRow> higher_;  // locked to take turns
  int highest_waiting_ = 0;

  std::vector<Claimed> answers_;
  std::set<std::int64_t> taken_;  // orders that a turn of this batch is for
  std::vector<Start> starts_;
  std::vector<Start> resumes_;
  std::vector<std::int64_t> asked_again_;
  std::vector<std::int64_t> unclaimed_;  // whoever is asked next goes on with them
};

}  // namespace pizza::kitchen
