#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "messaging/endpoint.hpp"
#include "messaging/message.hpp"
#include "messaging/topology.hpp"

namespace pizza::messaging {

struct QueueReaderOptions {
  Endpoint endpoint;
  Topology topology;
  std::string queue;
  Pause pause;  ///< between attempts to connect
};

/// Takes messages from one queue by hand (`basic.get`), for an operator's command. Over a connection of its own that is
/// made once: when it is lost, every call throws, and the broker has put back, in their old places, all messages that
/// were not acknowledged. So it does at the end of the reader's life, however it comes. Every call is bounded, by six
/// seconds. Not thread-safe.
class QueueReader {
 public:
  /// Tries until `deadline`. Throws BrokerError (not reachable, or this user is refused), TopologyError.
  QueueReader(const QueueReaderOptions& options, core::Deadline deadline);
  ~QueueReader();
  QueueReader(const QueueReader&) = delete;
  QueueReader& operator=(const QueueReader&) = delete;

  // All throw BrokerError.

  /// Messages that wait in the queue; those that were taken and not acknowledged do not, those that were put back do
  /// after a moment.
  std::size_t waiting();
  /// The first that waits; nullopt if none does. It is nobody else's until it is acknowledged or requeued.
  std::optional<Delivery> next();
  /// Removes it for good. Sent and not waited for: only `close` tells that the broker has done it.
  void ack(DeliveryTag tag);
  /// Puts it back in its old place at once, to be taken again.
  void requeue(DeliveryTag tag);
  /// The same for all that were taken and not acknowledged.
  void requeue_all();
  /// Says goodbye: the broker has handled all that was sent. False if that is not known until `deadline`. The reader
  /// is of no use afterwards.
  bool close(core::Deadline deadline) noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::messaging
