#include "notifier/webhooks.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "contracts/topology.hpp"
#include "host/dependencies.hpp"
#include "host/topology.hpp"
#include "notifier/adapters/webhook_endpoint.hpp"
#include "notifier/dead_letters.hpp"

namespace pizza::notifier {
namespace {

/// Each lane holds so much at most, so a lane that is full never keeps a message from the others.
std::uint16_t prefetch_for(std::size_t webhooks) {
  const Lane::Options lane;
  constexpr std::size_t kSpare = 100;
  const auto wanted = webhooks * (lane.capacity + lane.threads) + kSpare;
  return static_cast<std::uint16_t>(std::min<std::size_t>(wanted, std::numeric_limits<std::uint16_t>::max()));
}

WebhookTarget to_target(const config::Webhook& webhook, const core::Clock& clock) {
  WebhookTarget target{.name = {.fingerprint = fingerprint_of(webhook.url), .origin = webhook.origin},
                       .filter = {.customer = webhook.customer}};
  for (const auto& type : webhook.types) target.filter.types.insert(domain::parse_order_status(type).value());
  target.lane.rule.attempts = webhook.attempts;
  target.lane.rule.first_delay = webhook.retry_delay;
  http::EgressOptions options{.tls = webhook.tls,
                              .host = webhook.host,
                              .port = webhook.port,
                              .target = webhook.target,
                              .allow_private = webhook.allow_private,
                              .timeout = webhook.timeout};
  target.endpoint = std::make_unique<WebhookEndpoint>(std::move(options), webhook.key, target.name.fingerprint, clock);
  return target;
}

std::vector<WebhookTarget> targets_of(const config::Notifier& settings, const core::Clock& clock) {
  std::vector<WebhookTarget> targets;
  for (const auto& webhook : settings.webhooks) targets.push_back(to_target(webhook, clock));
  return targets;
}

}  // namespace

Webhooks::Webhooks(host::Context& context, metrics::Registry& metrics)
    : context_(context),
      unreadable_(metrics.counter("pizza_notifications_unreadable_total", "Status updates that could not be read", {})),
      publisher_(dead_letter_publisher(context), context.log),
      consumer_({.endpoint = host::broker_endpoint(context, "webhooks"),
                 .topology = host::notifications_topology(),
                 .queues = {std::string{contracts::kNotificationsQueue}},
                 // Before subscribers without webhooks, for whom a message of this queue leads nowhere.
                 .priority = 1,
                 .prefetch = prefetch_for(context.settings.notifier.webhooks.size()),
                 .pulse = &host::watch_loop(context, "webhooks"),
                 .on_change = host::broker_change_logger(context, "webhooks", "queue 'notifications_queue'"),
                 .on_delivery = [this](const messaging::Delivery& delivery) { take(delivery); }},
                context.log),
      broker_(consumer_, publisher_, failed_by(context.settings.notifier)),
      observer_(context.log, metrics),
      outward_(targets_of(context.settings.notifier, clock_), broker_, observer_) {}

Webhooks::~Webhooks() { stop(std::chrono::steady_clock::now()); }

void Webhooks::start() {
  host::start(context_, publisher_);
  host::start(context_, consumer_);
}

void Webhooks::take(const messaging::Delivery& delivery) {
  auto message = to_outward_message(delivery.message);
  if (message) return outward_.take({delivery.tag.generation, delivery.tag.number}, std::move(*message));
  unreadable_.increment();
  context_.log.error({.action = "notification_unreadable",
                      .message = "A message is no status update and was put aside",
                      .request_id = delivery.message.properties.correlation_id,
                      .details = {{"message_id", delivery.message.properties.message_id}}},
                     message.error());
  consumer_.ack(delivery.tag);
}

void Webhooks::stop(core::Deadline deadline) {
  consumer_.cancel(deadline);
  outward_.stop(deadline);
  publisher_.stop(deadline);
  consumer_.stop(deadline);
}

}  // namespace pizza::notifier
