#pragma once

#include "host/dependencies.hpp"
#include "host/program.hpp"
#include "messaging/consumer.hpp"
#include "messaging/publisher.hpp"
#include "metrics/registry.hpp"
#include "notifier/adapters/outward_amqp.hpp"
#include "notifier/adapters/outward_log.hpp"

namespace pizza::notifier {

/// The shared queue at a subscriber without webhooks: its messages lead nowhere further and are acknowledged, but what
/// is for one webhook alone may be the only copy and becomes a dead letter again.
class Unroutable {
 public:
  /// `consumer` outlives `stop`.
  Unroutable(host::Context& context, metrics::Registry& metrics, messaging::Consumer& consumer);

  /// Throws host::StartupError.
  void start();
  http::DependencyState broker_state() const { return host::state_of(consumer_, publisher_); }
  /// Never blocks.
  void take(const messaging::Delivery& delivery);
  /// Waits until dead letters are confirmed, hands back the rest; bounded by `deadline`. Idempotent.
  void stop(core::Deadline deadline);

 private:
  host::Context& context_;
  messaging::Consumer& consumer_;
  messaging::Publisher publisher_;
  OutwardAmqp broker_;
  OutwardLog observer_;
  Outward outward_;
};

}  // namespace pizza::notifier
