#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "connection.hpp"
#include "core/backoff.hpp"
#include "core/clock.hpp"
#include "core/pulse.hpp"
#include "core/wakeup.hpp"
#include "lifeline.hpp"
#include "logging/logger.hpp"
#include "messaging/endpoint.hpp"

namespace pizza::messaging {

/// What is done over a connection while there is one. Everything is called on the link's thread.
class LinkUser {
 public:
  LinkUser() = default;
  LinkUser(const LinkUser&) = delete;
  LinkUser& operator=(const LinkUser&) = delete;
  virtual ~LinkUser() = default;

  /// A new connection: set the channel up. May throw BrokerError or TopologyError, then `closed` follows.
  virtual void opened(Connection& connection) = 0;
  /// Handles all that arrived and sends all that may be sent; returns when there is nothing to do without waiting.
  /// May rest for a moment before it does.
  virtual void turn() = 0;
  /// Nothing is left that a stop should wait for.
  virtual bool idle() = 0;
  /// It hears what the connection is for; if not, it is as good as stuck.
  virtual bool attentive() const { return true; }
  /// The connection of the last `opened` is gone or about to go.
  virtual void closed() noexcept = 0;
};

/// Keeps one connection for its user, on a thread of its own: connects, again for ever after a loss, and sees to it
/// that neither a silent nor a stopped broker holds anybody up. Thread-safe.
class Link {
 public:
  using OnChange = std::function<void(bool connected, const std::string& reason)>;

  /// `pulse` beats with each turn, and rests while there is no connection.
  Link(Endpoint endpoint, LinkUser& user, OnChange on_change, core::Pulse& pulse, logging::Logger& log);
  /// `stop` must have been called: the user must outlive the thread.
  ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Waits for the first connection; tries again until `deadline` unless that cannot help. May be called once.
  void start(core::Deadline deadline);
  bool connected() const noexcept { return connected_; }
  /// The user has something to do: a turn follows.
  void wake() const noexcept { wakeup_.wake(); }
  /// Lets the user become idle until `deadline`, then closes. Returns about then whatever the broker does. Idempotent.
  void stop(core::Deadline deadline) noexcept;
  /// `stop`, and waits for the thread however long a name lookup keeps it.
  void stop_and_join() noexcept;

 private:
  static constexpr core::Deadline kNever = core::Deadline::max();
  enum class Phase { idle, starting, running, ended };

  void run() noexcept;
  void run_once(core::Backoff& backoff);
  void serve(Connection& connection);
  void failed(const std::exception& error, bool retry_helps, std::chrono::milliseconds next_try);
  void lost(const std::string& reason);
  Phase phase();
  bool stopping();
  core::Deadline stop_by();
  core::Deadline connect_by();

  const Endpoint endpoint_;
  LinkUser& user_;
  const OnChange on_change_;
  core::Pulse& pulse_;
  logging::Logger& log_;
  Lifeline line_;
  core::Wakeup wakeup_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::idle;
  core::Deadline start_by_;
  core::Deadline stop_by_ = kNever;
  std::exception_ptr last_failure_;
  std::string last_refusal_;  // of the link's thread: logged once, not at every try
  std::atomic<bool> connected_{false};
  std::mutex joining_;
  std::thread thread_;
};

}  // namespace pizza::messaging
