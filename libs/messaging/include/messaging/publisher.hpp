#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/pulse.hpp"
#include "logging/logger.hpp"
#include "messaging/endpoint.hpp"
#include "messaging/message.hpp"
#include "messaging/topology.hpp"

namespace pizza::messaging {

/// What became of a published message. Only `confirmed` means that the broker has it in a queue.
enum class Outcome {
  confirmed,
  returned,  ///< mandatory and no queue took it
  nacked,    ///< the broker refused it, or AMQP cannot carry it (a key or id over 255 bytes)
  unknown,   ///< the connection ended, or no confirm came in time: it may or may not have arrived
};

/// Why a message was not published.
enum class PublishFailure {
  returned,     ///< no queue took it
  nacked,       ///< the broker refused it, or AMQP cannot carry it
  unconfirmed,  ///< no confirm came in time, or so many are owed that no more are taken
  connection,   ///< there was none, or it ended
};

/// Is told what becomes of messages. Thread-safe functions that neither block nor throw; empty ones are not called.
struct PublishObserver {
  /// How long a confirm took from when the message was written; what waits for its turn is not in it. Seen up to 20 ms
  /// late after a crowd.
  std::function<void(std::chrono::duration<double>)> on_confirmed;
  std::function<void(PublishFailure)> on_failed;
  std::function<void(bool)> on_blocked;  ///< an alarm of the broker lets nothing be published (true), and again (false)
};

struct PublisherOptions {
  Endpoint endpoint;
  Topology topology;
  std::size_t max_waiting = 100'000;                  ///< messages accepted and not yet answered; one more is refused
  std::size_t max_in_flight = 2'000;                  ///< published and unconfirmed
  std::chrono::milliseconds confirm_timeout{10'000};  ///< older unconfirmed messages: the connection is given up
  core::Pulse* pulse = &core::Pulse::unwatched();     ///< of its thread; rests while there is no connection
  /// The connection was made (true) or lost (false, with the reason). On the publisher's thread; must not block or
  /// throw.
  std::function<void(bool connected, const std::string& reason)> on_change;
  PublishObserver observer;
};

/// Publishes with confirms, pipelined, over a connection and a thread of its own; connects again for ever after a loss.
/// Thread-safe. At-least-once is the caller's: a message whose outcome is not `confirmed` should be published again
/// with the same `message_id`.
class Publisher {
 public:
  /// Called exactly once for each accepted message, on the publisher's thread, must not block or throw.
  using Done = std::function<void(Outcome)>;

  Publisher(PublisherOptions options, logging::Logger& log);
  /// Everything unanswered is answered `unknown`.
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Waits for the first connection. Throws BrokerError (not reachable until `deadline`, or this user is refused),
  /// TopologyError. May be called once.
  void start(core::Deadline deadline);
  /// True while connected, not blocked by a broker alarm, and confirms come: what is published now is likely confirmed
  /// soon.
  bool ready() const noexcept;
  bool connected() const noexcept;
  /// A broker alarm lets nothing be published for now (`connection.blocked`). The broker says so to who publishes, so
  /// not before something was published.
  bool blocked() const noexcept;
  /// Published with `mandatory`; a message without `message_id` is given one. False when too many wait, or it is not
  /// running, or it is not connected: then `done` is never called. Messages accepted and not yet written when the
  /// connection is lost are answered `unknown`.
  [[nodiscard]] bool publish(Message message, Done done);
  /// Accepts nothing more, waits until all is answered or `deadline`, closes. Idempotent.
  void stop(core::Deadline deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::messaging
