#pragma once

#include "host/dependencies.hpp"
#include "host/program.hpp"
#include "messaging/consumer.hpp"
#include "messaging/publisher.hpp"
#include "metrics/registry.hpp"
#include "notifier/adapters/outward_amqp.hpp"
#include "notifier/adapters/outward_log.hpp"

namespace pizza::notifier {

/// Outward delivery with the configured webhooks: drains the shared `notifications_queue` over a connection of its own,
/// so that slow endpoints hold up nothing that is shown.
class Webhooks {
 public:
  Webhooks(host::Context& context, metrics::Registry& metrics);
  ~Webhooks();
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  /// Throws host::StartupError.
  void start();
  http::DependencyState broker_state() const { return host::state_of(consumer_, publisher_); }
  /// Takes no more, finishes what is in hand, hands back the rest. Idempotent.
  void stop(core::Deadline deadline);

 private:
  void take(const messaging::Delivery& delivery);

  host::Context& context_;
  metrics::Counter& unreadable_;
  core::SystemClock clock_;
  messaging::Publisher publisher_;
  messaging::Consumer consumer_;
  OutwardAmqp broker_;
  OutwardLog observer_;
  Outward outward_;
};

}  // namespace pizza::notifier
