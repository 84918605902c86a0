#include "host/outbox_gauges.hpp"

#include <limits>

namespace pizza::host {

OutboxGauges::OutboxGauges(metrics::Registry& metrics)
    : pending_(metrics.gauge("pizza_outbox_pending",
                             "Messages in the outbox, whoever wrote them; not counted beyond 10000")),
      oldest_(metrics.gauge("pizza_outbox_oldest_seconds", "How long the oldest message in the outbox has waited")) {
  unknown();
}

void OutboxGauges::set(std::int64_t pending, std::chrono::duration<double> oldest) const {
  pending_.set(static_cast<double>(pending));
  oldest_.set(oldest.count());
}

void OutboxGauges::unknown() const {
  pending_.set(std::numeric_limits<double>::quiet_NaN());
  oldest_.set(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace pizza::host
