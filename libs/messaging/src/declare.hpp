#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "connection.hpp"
#include "messaging/topology.hpp"

namespace pizza::messaging {

/// By queue: the messages that wait in it.
using QueueCounts = std::map<std::string, std::size_t>;

/// Declares everything over this connection. Throws TopologyError for what trying again cannot help, else BrokerError.
QueueCounts declare(Connection& connection, const Topology& topology);

}  // namespace pizza::messaging
