#include "notifier/adapters/webhook_endpoint.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "crypto/crypto.hpp"

namespace pizza::notifier {
namespace {

/// `Retry-After: 30`. Its other form, a date, is as good as none: the backoff decides.
std::optional<std::chrono::seconds> retry_after(const http::EgressAnswer& answer) {
  const auto found = answer.headers.find("retry-after");
  if (found == answer.headers.end()) return std::nullopt;
  const auto& text = found->second;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds{seconds};
}

}  // namespace

WebhookEndpoint::WebhookEndpoint(http::EgressOptions options, std::string key, std::string fingerprint,
                                 const core::Clock& clock)
    : egress_(std::move(options)), key_(std::move(key)), fingerprint_(std::move(fingerprint)), clock_(clock) {}

http::Egress::Headers WebhookEndpoint::headers_for(const OutwardMessage& message) const {
  // Hashed, because a message id from elsewhere may hold anything, and one of ours comes again in a new database.
  const auto id =
      "msg_" + crypto::sha256_hex(message.message_id + '\n' + message.body + '\n' + fingerprint_).substr(0, 32);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  const auto signature = crypto::hmac_sha256(key_, fmt::format("{}.{}.{}", id, seconds, message.body));
  return {{"content-type", "application/json"},
          {"user-agent", "pizza-notification-subscriber/" PIZZA_VERSION},
          {"webhook-id", id},
          {"webhook-timestamp", std::to_string(seconds)},
          {"webhook-signature", "v1," + crypto::base64(signature)}};
}

Attempt WebhookEndpoint::post(const OutwardMessage& message, const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  const auto answer = egress_.post(message.body, headers_for(message), stop);
  Attempt attempt;
  attempt.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  if (!answer) {
    attempt.cause = answer.error();
    return attempt;
  }
  attempt.status = answer->status;
  if (attempt.delivered()) return attempt;
  attempt.cause = fmt::format("the endpoint answered {}", answer->status);
  attempt.retry_after = retry_after(*answer);
  return attempt;
}

std::string fingerprint_of(const std::string& url) { return crypto::sha256_hex(url).substr(0, 16); }

}  // namespace pizza::notifier
