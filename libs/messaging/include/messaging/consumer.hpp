#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/pulse.hpp"
#include "logging/logger.hpp"
#include "messaging/endpoint.hpp"
#include "messaging/message.hpp"
#include "messaging/topology.hpp"

namespace pizza::messaging {

struct ConsumerOptions {
  Endpoint endpoint;
  Topology topology;
  std::vector<std::string> queues;
  /// RabbitMQ gives a message to the consumers of the highest priority that can take it (`x-priority`).
  int priority = 0;
  std::uint16_t prefetch = 1;  ///< unacknowledged messages at most, over all the queues together (one channel, global)
  core::Pulse* pulse = &core::Pulse::unwatched();  ///< of its thread; rests while there is no connection
  /// The consumers are in place (true) or the connection was lost (false, with the reason; every unacknowledged tag is
  /// stale now). On the consumer's thread; must not block or throw.
  std::function<void(bool connected, const std::string& reason)> on_change;
  /// A message arrived. On the consumer's thread; must not block or throw.
  std::function<void(Delivery)> on_delivery;
};

/// Consumes from several queues (named once each) over one connection, one channel and one thread of its own; connects
/// again for ever, also when a queue was deleted under it (consumer cancelled by the broker). Thread-safe.
///
/// At-least-once: a message that was not acknowledged when the connection ends comes again, `redelivered`.
class Consumer {
 public:
  Consumer(ConsumerOptions options, logging::Logger& log);
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  /// Waits for the first connection with all consumers in place. Throws BrokerError (not reachable until `deadline`, or
  /// this user is refused), TopologyError. May be called once.
  void start(core::Deadline deadline);
  bool connected() const noexcept;
  /// Queued to the consumer's thread, which acknowledges in runs; never blocks. A stale tag does nothing.
  void ack(DeliveryTag tag);
  void nack_requeue(DeliveryTag tag);
  /// Changes the prefetch of the running channel and of later ones.
  void set_prefetch(std::uint16_t prefetch);
  /// Cancels the consumers: no new deliveries after it returns; what was delivered can still be acknowledged. Bounded
  /// by `deadline`. Not from a callback; `stop` neither.
  void cancel(core::Deadline deadline);
  /// Sends the acknowledgements that wait, then closes; the broker puts back what was not acknowledged. Idempotent.
  void stop(core::Deadline deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::messaging
