#pragma once

#include "logging/logger.hpp"
#include "messaging/message.hpp"
#include "metrics/registry.hpp"
#include "notifier/app/notification.hpp"
#include "notifier/app/seen.hpp"

namespace pizza::notifier {

/// Shows the status updates of this subscriber's own queue: the human line, then the log line (specification,
/// Notification Service). A message that cannot be read is logged and counted. Called on the consumer's thread only.
class Display {
 public:
  Display(Filter filter, logging::Logger& log, metrics::Registry& metrics);

  /// When it returns, the message is done with and may be acknowledged.
  void show(const messaging::Delivery& delivery);

 private:
  Filter filter_;
  Seen seen_;
  logging::Logger& log_;
  metrics::Counter& shown_;
  metrics::Counter& unreadable_;
};

}  // namespace pizza::notifier
