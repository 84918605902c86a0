#include "notifier/dead_letters.hpp"

#include "core/ids.hpp"
#include "host/dependencies.hpp"
#include "host/publish_metrics.hpp"
#include "host/topology.hpp"

namespace pizza::notifier {

messaging::PublisherOptions dead_letter_publisher(host::Context& context) {
  return {.endpoint = host::broker_endpoint(context, "dead letters"),
          .topology = host::dead_letter_topology(),
          .pulse = &host::watch_loop(context, "publisher"),
          .on_change = host::broker_change_logger(context, "publisher", "for dead letters"),
          .observer = host::publish_observer(context.metrics)};
}

std::string failed_by(const config::Notifier& settings) {
  return settings.subscriber_name.empty() ? core::hostname() : settings.subscriber_name;
}

}  // namespace pizza::notifier
