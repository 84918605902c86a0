#pragma once

#include "logging/logger.hpp"
#include "metrics/registry.hpp"
#include "notifier/app/outward.hpp"

namespace pizza::notifier {

/// Logs and counts deliveries. Of a webhook only scheme, host, port and fingerprint are shown.
class OutwardLog final : public OutwardObserver {
 public:
  OutwardLog(logging::Logger& log, metrics::Registry& metrics);

  void delivered(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt,
                 int attempts) override;
  void retried(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt, int attempts,
               std::chrono::milliseconds delay) override;
  void failed(const OutwardMessage& message, const WebhookName& webhook, const Attempt& last, int attempts) override;
  void unroutable(const OutwardMessage& message, const std::string& cause) override;

 private:
  logging::Logger& log_;
  metrics::Counter& delivered_;
  metrics::Counter& retried_;
  metrics::Counter& failed_;
  metrics::Counter& exhausted_;
  metrics::Counter& unroutable_;
};

}  // namespace pizza::notifier
