#pragma once

#include <chrono>
#include <cstdint>

#include "metrics/registry.hpp"

namespace pizza::host {

/// `pizza_outbox_pending` and `pizza_outbox_oldest_seconds` (docs/metrics.md): NaN until they are known, and while they
/// are not, as an old figure would be taken for a true one. References into `metrics`, which outlives it.
class OutboxGauges {
 public:
  explicit OutboxGauges(metrics::Registry& metrics);

  void set(std::int64_t pending, std::chrono::duration<double> oldest) const;
  void unknown() const;

 private:
  metrics::Gauge& pending_;
  metrics::Gauge& oldest_;
};

}  // namespace pizza::host
