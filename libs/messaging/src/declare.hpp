#pragma once

#include "connection.hpp"
#include "messaging/topology.hpp"

namespace pizza::messaging {

/// Declares everything over this connection. Throws TopologyError for what trying again cannot help, else BrokerError.
void declare(Connection& connection, const Topology& topology);

}  // namespace pizza::messaging
