#include "notifier/wiring.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "contracts/topology.hpp"
#include "core/ids.hpp"
#include "host/dependencies.hpp"
#include "host/operator_port.hpp"
#include "host/topology.hpp"
#include "messaging/consumer.hpp"
#include "notifier/adapters/display.hpp"
#include "notifier/unroutable.hpp"
#include "notifier/webhooks.hpp"

namespace pizza::notifier {
namespace {

/// Enough to keep the wire busy, little enough to put back.
constexpr std::uint16_t kPrefetch = 200;
/// How long the queue of a subscriber without a name outlives its connection: it is there again after a broker's
/// restart or a lost network, and it is gone when the subscriber is.
constexpr std::chrono::minutes kQueueOutlives{5};

Filter filter_of(const config::Notifier& settings) {
  Filter filter{.customer = settings.customer};
  for (const auto& type : settings.notification_types) filter.types.insert(domain::parse_order_status(type).value());
  return filter;
}

messaging::Queue own_queue(const config::Notifier& settings) {
  if (!settings.subscriber_name.empty()) return {.name = "notifications." + settings.subscriber_name};
  return {.name = "notifications." + core::hostname() + "." + std::to_string(getpid()) + "." +
                  core::random_request_id().substr(0, 8),
          .expires = kQueueOutlives};
}

messaging::Topology topology_with(const messaging::Queue& queue) {
  auto topology = host::notifications_topology();
  topology.queues.push_back(queue);
  topology.bindings.push_back({queue.name, std::string{contracts::kNotificationsFanout}, {}});
  return topology;
}

/// The running subscriber. It consumes its own queue, so that every subscriber shows everything, and with all the
/// others the shared `notifications_queue`, whose messages exactly one of them takes on for outward delivery.
/// Webhooks, if there are any, have a connection of their own.
class NotificationSubscriber {
 public:
  explicit NotificationSubscriber(host::Context& context)
      : context_(context),
        settings_(context.settings.notifier),
        queue_(own_queue(settings_)),
        pulse_(host::watch_loop(context, "consumer")),
        display_(filter_of(settings_), context.log, metrics_),
        consumer_({.endpoint = host::broker_endpoint(context, settings_.subscriber_name),
                   .topology = topology_with(queue_),
                   .queues = queues_shown(),
                   .prefetch = kPrefetch,
                   .pulse = &pulse_,
                   .on_change = host::broker_change_logger(context, "consumer", "exchange 'notifications_fanout'"),
                   .on_delivery = [this](const messaging::Delivery& delivery) { take(delivery); }},
                  context.log) {
    if (settings_.webhooks.empty()) {
      unroutable_ = std::make_unique<Unroutable>(context, metrics_, consumer_);
    } else {
      webhooks_ = std::make_unique<Webhooks>(context, metrics_);
    }
  }
  /// Ends deliveries to what is destroyed before the consumer.
  ~NotificationSubscriber() { consumer_.stop(std::chrono::steady_clock::now()); }
  NotificationSubscriber(const NotificationSubscriber&) = delete;
  NotificationSubscriber& operator=(const NotificationSubscriber&) = delete;

  int run() {
    operator_port_ = host::start_operator_port(context_, settings_.admin_port,
                                               {{"rabbitmq", [this] { return broker_state(); }}}, metrics_);
    if (unroutable_) unroutable_->start();
    host::start(context_, consumer_);
    if (webhooks_) webhooks_->start();
    context_.log.info(
        {.action = "service_started",
         .message = settings_.customer.empty() ? "Subscribed to notifications"
                                               : "Subscribed to notifications for customer: " + settings_.customer,
         .details = {{"queue", queue_.name}, {"webhooks", static_cast<std::int64_t>(settings_.webhooks.size())}}});
    context_.health.serving("Shows notifications");
    context_.shutdown.wait();
    stop();
    return context_.shutdown.exit_code();
  }

 private:
  /// Without webhooks the shared queue is drained along the way.
  std::vector<std::string> queues_shown() const {
    if (!settings_.webhooks.empty()) return {queue_.name};
    return {queue_.name, std::string{contracts::kNotificationsQueue}};
  }

  http::DependencyState broker_state() const {
    if (!consumer_.connected()) return host::state_of(false);
    return webhooks_ ? webhooks_->broker_state() : unroutable_->broker_state();
  }

  void take(const messaging::Delivery& delivery) {
    if (delivery.queue != queue_.name) return unroutable_->take(delivery);
    display_.show(delivery);
    // Shown means written, not on its way. What a stuck terminal has not taken comes again: to this process, which
    // knows that it is on its way, or to the next.
    if (context_.log.flush()) {
      pulse_.beat();  // a slow reader is not a stuck one
      consumer_.ack(delivery.tag);
    } else {
      consumer_.nack_requeue(delivery.tag);
    }
  }

  void stop() {
    context_.health.stopping("Finishes the notifications in hand", context_.settings.shutdown_timeout);
    context_.log.info({.action = "graceful_shutdown", .message = "Finishing the notifications in hand"});
    const auto deadline = core::after(context_.settings.shutdown_timeout);
    consumer_.cancel(deadline);
    if (webhooks_) webhooks_->stop(deadline);
    if (unroutable_) unroutable_->stop(deadline);
    consumer_.stop(deadline);
    context_.log.info({.action = "service_stopped", .message = "Subscriber stopped"});
  }

  host::Context& context_;
  const config::Notifier& settings_;
  messaging::Queue queue_;
  core::Pulse& pulse_;
  metrics::Registry& metrics_ = context_.metrics;
  Display display_;
  messaging::Consumer consumer_;
  std::unique_ptr<Webhooks> webhooks_;
  std::unique_ptr<Unroutable> unroutable_;  ///< in place of webhooks
  std::unique_ptr<http::Server> operator_port_;
};

}  // namespace

int run(host::Context& context) { return NotificationSubscriber(context).run(); }

}  // namespace pizza::notifier
