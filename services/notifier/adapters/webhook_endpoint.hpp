#pragma once

#include <string>

#include "core/clock.hpp"
#include "http/egress.hpp"
#include "notifier/app/lane.hpp"

namespace pizza::notifier {

/// A webhook after the Standard Webhooks specification: the body as it came, with the headers `webhook-id` (the same
/// however often this message is sent to this webhook), `webhook-timestamp` (seconds, of this attempt) and
/// `webhook-signature` (`v1,` and the HMAC-SHA256 of `id.timestamp.body` in Base64).
class WebhookEndpoint final : public Endpoint {
 public:
  /// `key` signs; `fingerprint` names the webhook in its ids. `clock` outlives this.
  WebhookEndpoint(http::EgressOptions options, std::string key, std::string fingerprint, const core::Clock& clock);

  Attempt post(const OutwardMessage& message, const std::stop_token& stop) override;

  /// What is sent beside the body.
  http::Egress::Headers headers_for(const OutwardMessage& message) const;

 private:
  http::Egress egress_;
  std::string key_;
  std::string fingerprint_;
  const core::Clock& clock_;
};

/// The first 16 hexadecimal digits of the SHA-256 of a URL: names a webhook where the URL itself must not stand.
std::string fingerprint_of(const std::string& url);

}  // namespace pizza::notifier
