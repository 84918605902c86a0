#pragma once

#include "messaging/publisher.hpp"
#include "metrics/registry.hpp"

namespace pizza::host {

/// Counts `pizza_publish_…` and `pizza_broker_blocked` (docs/metrics.md) in `metrics`, which outlives the publisher. A
/// process has one publisher.
messaging::PublishObserver publish_observer(metrics::Registry& metrics);

}  // namespace pizza::host
