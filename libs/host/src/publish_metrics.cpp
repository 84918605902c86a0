#include "host/publish_metrics.hpp"

#include <array>

namespace pizza::host {
namespace {

using messaging::PublishFailure;

constexpr std::array kFailures{PublishFailure::returned, PublishFailure::nacked, PublishFailure::unconfirmed,
                               PublishFailure::connection};

const char* to_label(PublishFailure failure) {
  switch (failure) {
    case PublishFailure::returned:
      return "returned";
    case PublishFailure::nacked:
      return "nacked";
    case PublishFailure::unconfirmed:
      return "unconfirmed";
    case PublishFailure::connection:
      break;
  }
  return "connection";
}

metrics::Counter& failures(metrics::Registry& metrics, PublishFailure failure) {
  return metrics.counter("pizza_publish_failures_total", "Messages that the broker did not take; they are sent again",
                         {{"reason", to_label(failure)}});
}

}  // namespace

messaging::PublishObserver publish_observer(metrics::Registry& metrics) {
  for (const auto failure : kFailures) failures(metrics, failure);
  auto& confirms = metrics.histogram("pizza_publish_confirm_seconds", "From writing a message to its confirm");
  auto& blocked = metrics.gauge("pizza_broker_blocked", "1 while an alarm of the broker lets nothing be published");
  return {.on_confirmed = [&confirms](auto time) { confirms.observe(time.count()); },
          .on_failed = [&metrics](PublishFailure failure) { failures(metrics, failure).increment(); },
          .on_blocked = [&blocked](bool is_blocked) { blocked.set(is_blocked ? 1 : 0); }};
}

}  // namespace pizza::host
