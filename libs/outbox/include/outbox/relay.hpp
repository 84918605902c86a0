#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "core/pulse.hpp"
#include "logging/logger.hpp"
#include "messaging/publisher.hpp"
#include "outbox/row.hpp"
#include "outbox/store.hpp"
#include "persistence/connection.hpp"

namespace pizza::outbox {

struct RelayOptions {
  persistence::ConnectionOptions database;  ///< its own session: deleting and sweeping never wait for a writer
  std::string app_id;
  /// Messages published and not yet answered. Beyond it rows wait in the table instead of piling up here while the
  /// broker is slow.
  std::size_t max_in_flight = 20'000;
  core::Pulse* pulse = &core::Pulse::unwatched();  ///< of its thread
  /// A row was confirmed. On the publisher's thread; must not block or throw.
  std::function<void(std::int64_t id, const std::string& order_number, const std::string& correlation_id)> on_published;
  /// What the outbox holds, every five seconds; nullopt: the database does not say. On the relay's thread; must not
  /// block or throw.
  std::function<void(const std::optional<Backlog>&)> on_backlog;
};

/// Sees to it that what stands in the outbox reaches the broker, at least once, each time with the same `message_id`.
///
/// Rows of a transaction just committed are handed over and leave at once; once confirmed they are deleted in groups.
/// Once a second, while the broker is ready, it sweeps rows whose lease has ended: those of a process that died, those
/// that were not confirmed. Rows survive any crash of this process, so what it holds in memory may be lost. Once more
/// are in flight than may be, all go by the table until the sweep has caught up, so in their order as far as it is one
/// process that sweeps.
/// Thread-safe.
class Relay {
 public:
  /// `publisher` must outlive it, and be stopped before it ends unless all that was handed over was answered.
  Relay(RelayOptions options, messaging::Publisher& publisher, logging::Logger& log);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Publishes rows that were committed just now. Never blocks, never fails: what cannot leave now is swept later.
  void hand_over(std::vector<Row> rows);
  /// Waits until all that is in flight is confirmed and deleted, or `deadline`; what found no room is left to the next
  /// sweep, of whoever does it. Idempotent.
  void stop(core::Deadline deadline);

 private:
  /// Ids by what the broker said of them, not yet written down.
  struct Answered {
    std::vector<std::int64_t> confirmed;
    std::vector<std::int64_t> unconfirmed;
    std::vector<std::int64_t> unroutable;
    std::vector<std::int64_t> not_sent;  ///< there was no room for them
    bool empty() const { return confirmed.empty() && unconfirmed.empty() && unroutable.empty() && not_sent.empty(); }
    void take_back(Answered&& earlier);
  };

  void publish(Row row);
  std::size_t room(std::size_t most);
  bool left_meanwhile();
  void on_answer(std::int64_t id, const std::string& order_number, const std::string& correlation_id,
                 messaging::Outcome outcome);
  void keep_house();
  bool settle(persistence::Connection& connection);
  void sweep(persistence::Connection& connection);
  void tell_backlog(persistence::Connection& connection);

  RelayOptions options_;
  messaging::Publisher& publisher_;
  logging::Logger& log_;
  persistence::Session session_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t in_flight_ = 0;
  bool behind_ = false;  ///< rows were left to the sweep, and it has not caught up
  Answered answered_;
  std::atomic<bool> draining_{false};  // nothing more is swept in
  bool stopping_ = false;
  core::Deadline next_backlog_;  // of the housekeeper alone
  std::thread housekeeper_;
};

}  // namespace pizza::outbox
