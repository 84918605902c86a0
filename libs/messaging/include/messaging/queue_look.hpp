#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "messaging/endpoint.hpp"

namespace pizza::messaging {

/// Looks at queues without touching them: nothing is declared, taken or marked. What a consumer has in its hands is not
/// to be seen. Over a connection of its own, made again when a queue is not there (the broker ends the channel then).
/// Every call is bounded, by some seconds. Not thread-safe.
class QueueLook {
 public:
  /// Tries until `deadline`. Throws BrokerError (not reachable, or this user is refused).
  QueueLook(Endpoint endpoint, core::Deadline deadline, const Pause& pause = {});
  ~QueueLook();
  QueueLook(const QueueLook&) = delete;
  QueueLook& operator=(const QueueLook&) = delete;

  struct State {
    std::size_t ready = 0;
    std::size_t consumers = 0;
  };
  /// nullopt: there is no such queue. Throws BrokerError.
  std::optional<State> at(const std::string& queue);

 private:
  class Impl;
  void connect(core::Deadline deadline);

  Endpoint endpoint_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::messaging
