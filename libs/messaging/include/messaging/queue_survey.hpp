#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "messaging/endpoint.hpp"
#include "messaging/topology.hpp"

namespace pizza::messaging {

/// Looks after a topology, again and again: declares it anew each time, so that what somebody deleted is back, and
/// counts what waits in its queues. Over a connection of its own, made when it is needed and made anew after a loss; it
/// should be used every half minute at least, or the broker closes it. Not thread-safe.
class QueueSurvey {
 public:
  QueueSurvey(Endpoint endpoint, Topology topology);
  ~QueueSurvey();
  QueueSurvey(const QueueSurvey&) = delete;
  QueueSurvey& operator=(const QueueSurvey&) = delete;

  /// The messages that wait in each queue; those that are delivered and not acknowledged do not. Connecting takes until
  /// `deadline` at most, each request six seconds. Throws BrokerError, TopologyError.
  std::map<std::string, std::size_t> take(core::Deadline deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::messaging
