#include "order/adapters/dead_letter.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "contracts/body.hpp"
#include "contracts/dead_letter.hpp"
#include "contracts/topology.hpp"
#include "json/reader.hpp"

namespace pizza::order {
namespace {

/// The last three are the broker's own, of a dead letter that a policy made.
constexpr std::array kOfTheFailure{
    contracts::kErrorHeader,    contracts::kOriginalQueueHeader, contracts::kOriginalRoutingKeyHeader,
    contracts::kFailedByHeader, contracts::kFailedAtHeader,      "x-first-death-reason",
    "x-first-death-queue",      "x-first-death-exchange"};

std::string header(const messaging::Delivery& delivery, const char* name) {
  const auto& headers = delivery.message.properties.headers;
  const auto found = headers.find(name);
  return found == headers.end() ? std::string{} : found->second;
}

std::string order_number_in(const std::string& body) {
  if (body.size() > contracts::kMaxBody) return {};
  const auto document = json::read(body);
  const auto* number = document ? document->find("order_number") : nullptr;
  return number != nullptr && number->string() != nullptr ? *number->string() : std::string{};
}

}  // namespace

DeadLetter read_dead_letter(messaging::Delivery delivery) {
  DeadLetter letter;
  letter.order_number = order_number_in(delivery.message.body);
  letter.reason = header(delivery, contracts::kErrorHeader);
  letter.origin = header(delivery, contracts::kOriginalQueueHeader);
  letter.routing_key = header(delivery, contracts::kOriginalRoutingKeyHeader);
  if (letter.routing_key.empty()) letter.routing_key = delivery.message.routing_key;
  letter.failed_by = header(delivery, contracts::kFailedByHeader);
  letter.failed_at = header(delivery, contracts::kFailedAtHeader);
  if (letter.origin != contracts::kNotificationsQueue) {
    if (auto order = contracts::decode_order_message(delivery.message.body)) letter.order = std::move(*order);
  }
  letter.delivery = std::move(delivery);
  return letter;
}

bool matches(const DeadLetter& letter, std::string_view text) {
  const auto webhook = header(letter.delivery, contracts::kWebhookHeader);
  return std::ranges::any_of(std::array{&letter.order_number, &letter.reason, &letter.origin, &webhook},
                             [&](const std::string* part) { return part->find(text) != std::string::npos; });
}

std::optional<std::string> destination(const DeadLetter& letter) {
  if (letter.origin == contracts::kDeadLetterQueue) return std::nullopt;  // it would only come here again
  if (!letter.origin.empty()) return letter.origin;
  if (letter.order) return std::string{contracts::kitchen_queue(letter.order->type)};
  return std::nullopt;
}

messaging::Message redriven(const DeadLetter& letter, std::string queue) {
  messaging::Message message{.exchange = "",  // the default exchange: a queue by its name
                             .routing_key = std::move(queue),
                             .body = letter.delivery.message.body,
                             .properties = letter.delivery.message.properties};
  for (const auto* name : kOfTheFailure) message.properties.headers.erase(name);
  return message;
}

std::vector<logging::Detail> details(const DeadLetter& letter, core::TimePoint now) {
  const auto& message = letter.delivery.message;
  std::vector<logging::Detail> all{{"reason", letter.reason},
                                   {"origin", letter.origin},
                                   {"routing_key", letter.routing_key},
                                   {"failed_by", letter.failed_by},
                                   {"failed_at", letter.failed_at},
                                   {"message_id", message.properties.message_id},
                                   {"bytes", static_cast<std::int64_t>(message.body.size())}};
  if (const auto failed = core::parse_utc(letter.failed_at)) {
    all.push_back({"age_seconds", std::chrono::duration_cast<std::chrono::seconds>(now - *failed).count()});
  }
  if (auto webhook = header(letter.delivery, contracts::kWebhookHeader); !webhook.empty()) {
    all.push_back({"webhook", std::move(webhook)});
  }
  return all;
}

}  // namespace pizza::order
