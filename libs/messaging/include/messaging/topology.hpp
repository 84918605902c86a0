#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "messaging/endpoint.hpp"

namespace pizza::messaging {

struct Exchange {
  std::string name;
  std::string type;  ///< always durable
};

struct Queue {
  std::string name;
  bool durable = true;
  bool exclusive = false;
  bool auto_delete = false;
  int max_priority = 0;                              ///< `x-max-priority`; 0: absent
  std::optional<std::chrono::milliseconds> expires;  ///< `x-expires`
};

struct Binding {
  std::string queue;
  std::string exchange;
  std::string routing_key;
};

/// What a connection declares, idempotently, each time it is made.
struct Topology {
  std::vector<Exchange> exchanges;
  std::vector<Queue> queues;
  std::vector<Binding> bindings;
};

/// Declares it over a connection of its own (`--setup-queues`), tried again until `deadline`. Throws BrokerError,
/// TopologyError.
void declare(const Endpoint& endpoint, const Topology& topology, core::Deadline deadline, const Pause& pause = {});

}  // namespace pizza::messaging
