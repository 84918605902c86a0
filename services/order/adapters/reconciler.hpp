#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "core/pulse.hpp"
#include "core/wakeup.hpp"
#include "domain/station.hpp"
#include "logging/logger.hpp"
#include "messaging/queue_survey.hpp"
#include "metrics/registry.hpp"
#include "order/adapters/kitchen_line.hpp"
#include "order/adapters/lost_orders.hpp"
#include "order/app/shortage.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

struct ReconcilerOptions {
  persistence::ConnectionOptions database;
  messaging::Endpoint broker;
  messaging::Topology topology;
  std::function<bool()> broker_ready;                       ///< what is published now is likely to be confirmed
  std::function<void(std::vector<outbox::Row>)> hand_over;  ///< to the publisher, after the commit
  std::chrono::milliseconds interval{};                     ///< from the end of a look to the next
  core::Pulse* pulse = &core::Pulse::unwatched();
};

/// Finds orders whose messages were lost (a broker without its data, a purged queue) and asks the kitchen for them once
/// more; exchanges, queues and bindings that are gone it declares anew. An urgent order whose worker died gets a
/// message of its own, since the one it was begun under may be another's and less urgent. On a thread, a session and a
/// connection of its own; of all order-services one does it at a time. That a message is one too many does no harm, so
/// it needs no more than good reasons; without them it is silent. See docs/decisions/0017-reconciler.md.
class Reconciler {
 public:
  Reconciler(ReconcilerOptions options, metrics::Registry& metrics, logging::Logger& log);
  ~Reconciler();
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  /// Ends the thread, within seconds. Idempotent; not for several threads.
  void stop();

 private:
  /// A queue, with what is known of it.
  struct Line {
    KitchenLine kitchen;
    Shortage shortage;
    std::optional<LineState> state;  ///< nullopt: so long that nobody asked
    std::size_t messages = 0;

    std::size_t needy() const { return state->waiting + state->unclaimed + state->orphans; }
  };

  void watch();
  void reconcile();
  void heal_losses();
  void help_outranked();
  void count_messages(bool anew);
  bool look();
  std::size_t messages_for(const Line& line) const;
  bool orphans_lost_theirs(domain::Station station) const;
  QueueLook seen(const Line& line, bool orphans) const;
  void report(const Line& line, metrics::Counter& counter, const char* reason, const std::vector<outbox::Row>& rows);
  void report_each(const std::vector<outbox::Row>& rows);
  void forget();

  const ReconcilerOptions options_;
  metrics::Counter& waiting_;
  metrics::Counter& orphaned_;
  metrics::Counter& outranked_;
  logging::Logger& log_;
  persistence::Session session_;
  LostOrders store_;
  messaging::QueueSurvey survey_;
  std::vector<Line> lines_;
  std::size_t shared_ = 0;  ///< messages in the queue for orders of every type
  bool leading_ = false;
  bool failed_ = false;  ///< and that was logged

  core::Wakeup wakeup_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace pizza::order
