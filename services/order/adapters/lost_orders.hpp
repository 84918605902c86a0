#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "order/adapters/kitchen_line.hpp"
#include "orders/messages.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// Messages that were written for orders whose own were lost.
struct AskedAgain {
  std::vector<outbox::Row> waiting;
  std::vector<outbox::Row> orphaned;  ///< orders that somebody had begun
  std::size_t size() const { return waiting.size() + orphaned.size(); }
};

/// The reconciler's questions to the database. Each reads as much as the queue is long at most, and a thousand rows or
/// so more, however many orders wait. Not thread-safe; all throw persistence::SqlError.
class LostOrders {
 public:
  /// Messages written in one transaction at most.
  static constexpr std::size_t kMostAtOnce = 1000;

  /// `session` must outlive it. No order is asked for again that did not wait, or whose worker was not gone, for
  /// `at_least`.
  LostOrders(persistence::Session& session, std::chrono::milliseconds at_least)
      : session_(session), at_least_(at_least) {}

  /// Of all who ask the same database one leads, until its session ends.
  bool lead();
  /// `messages` wait in its queue.
  LineState look(const KitchenLine& line, std::size_t messages);
  /// Writes up to `count` messages into the outbox, for orders that have none there: those that were begun first. With
  /// `orphans` those too that are claimed by workers that are gone, who lose their claims by it.
  AskedAgain ask_again(const KitchenLine& line, std::size_t count, bool orphans);
  /// Writes up to `kMostAtOnce` messages for orders that are more urgent than some and claimed by workers that are
  /// gone, while others work: the message that they were begun under may be another's and stand behind what is less
  /// urgent than they.
  std::vector<outbox::Row> ask_for_outranked();

 private:
  persistence::Session& session_;
  const std::chrono::milliseconds at_least_;
};

}  // namespace pizza::order
