#pragma once

#include "metrics/registry.hpp"

namespace pizza::metrics {

/// Adds what Prometheus' own clients tell of a process, `process_cpu_seconds_total` and so on, and `process_threads`.
/// Read at each scrape; NaN for what the system does not tell.
void add_process_metrics(Registry& registry);

}  // namespace pizza::metrics
