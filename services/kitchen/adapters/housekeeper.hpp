#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "core/backoff.hpp"
#include "core/clock.hpp"
#include "core/pulse.hpp"
#include "core/wakeup.hpp"
#include "kitchen/adapters/promoter.hpp"
#include "kitchen/adapters/worker_registry.hpp"
#include "logging/logger.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// What a worker does beside its orders, on one thread and one session: it says that it lives, hears of orders that are
/// cancelled while they are worked at, and promotes orders that wait too long.
class Housekeeper {
 public:
  /// Called on the housekeeper's thread; must not block.
  struct Events {
    std::function<void()> on_taken_over;  ///< at most once: the name is somebody else's; nothing more is done
    /// Perhaps more than once, and for orders of other workers too.
    std::function<void(const std::string& order_number)> on_cancelled;
  };

  Housekeeper(persistence::ConnectionOptions database, const WorkerIdentity& worker, const Registration& registration,
              std::chrono::milliseconds max_wait, core::Pulse& pulse, logging::Logger& log);
  /// Stops the thread.
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  /// Takes the name. Throws RegistrationRefused, persistence::SqlError.
  void sign_on() {
    up_to_date_ = registry_.sign_on();
    healthy_ = true;
  }
  /// Starts the thread, once.
  void start(Events events);
  /// The session is well. Thread-safe.
  bool healthy() const noexcept { return healthy_; }
  /// Stops the thread and marks the worker offline, if the name is still its own. Throws persistence::SqlError.
  void sign_off();

 private:
  void keep_house();
  bool do_duties();
  bool beat();
  void follow_cancellations();
  void hear_cancellations();
  void look_up(const std::function<void()>& question);
  void promote();
  void stop();

  logging::Logger& log_;
  persistence::Session session_;
  WorkerRegistry registry_;
  Promoter promoter_;
  const std::chrono::milliseconds heartbeat_interval_;
  core::Pulse& pulse_;
  Events events_;
  // Of the thread alone.
  bool listening_ = false;      ///< on the session there is; false after each failure, which may have ended it
  bool behind_ = true;          ///< what was cancelled while it did not listen is still to be looked up
  core::TimePoint up_to_date_;  ///< when it last beat and was not behind
  core::Backoff look_back_backoff_;
  core::Deadline next_look_back_;
  core::Deadline next_beat_;
  core::Deadline next_promotion_;

  core::Wakeup wakeup_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> healthy_{false};
  std::thread thread_;
};

}  // namespace pizza::kitchen
