#include "notifier/unroutable.hpp"

#include <utility>

#include "contracts/dead_letter.hpp"
#include "host/dependencies.hpp"
#include "notifier/dead_letters.hpp"

namespace pizza::notifier {

Unroutable::Unroutable(host::Context& context, metrics::Registry& metrics, messaging::Consumer& consumer)
    : context_(context),
      consumer_(consumer),
      publisher_(dead_letter_publisher(context), context.log),
      broker_(consumer, publisher_, failed_by(context.settings.notifier)),
      observer_(context.log, metrics),
      outward_({}, broker_, observer_) {}

void Unroutable::start() { host::start(context_, publisher_); }

void Unroutable::take(const messaging::Delivery& delivery) {
  if (!delivery.message.properties.headers.contains(contracts::kWebhookHeader)) return consumer_.ack(delivery.tag);
  auto message = to_outward_message(delivery.message);
  if (!message) return consumer_.ack(delivery.tag);  // what shows it has told so
  outward_.take({delivery.tag.generation, delivery.tag.number}, std::move(*message));
}

void Unroutable::stop(core::Deadline deadline) {
  outward_.stop(deadline);
  publisher_.stop(deadline);
}

}  // namespace pizza::notifier
