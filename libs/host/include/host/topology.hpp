#pragma once

#include "messaging/topology.hpp"

namespace pizza::host {

/// The parts of CONTRACT §3's table, for what a connection declares each time it is made.
messaging::Topology order_topology();          ///< orders_topic, the queues of kitchen and stations, their bindings
messaging::Topology kitchen_topology();        ///< the same, and kitchen_dlx with its queue, and notifications_fanout
messaging::Topology notifications_topology();  ///< notifications_fanout and notifications_queue
messaging::Topology dead_letter_topology();    ///< kitchen_dlx with its queue
messaging::Topology whole_topology();          ///< everything: `--setup-queues`

}  // namespace pizza::host
