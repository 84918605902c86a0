#pragma once

#include "metrics/registry.hpp"
#include "persistence/observer.hpp"

namespace pizza::host {

/// Counts `pizza_db_…` (docs/metrics.md) in `metrics`, which outlives the sessions.
persistence::Observer database_observer(metrics::Registry& metrics);

}  // namespace pizza::host
