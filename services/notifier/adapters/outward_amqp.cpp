#include "notifier/adapters/outward_amqp.hpp"

#include <utility>

#include "contracts/dead_letter.hpp"
#include "contracts/status_update.hpp"
#include "contracts/topology.hpp"
#include "crypto/crypto.hpp"

namespace pizza::notifier {

namespace {

/// The same message again, on its way to somewhere else.
messaging::Message copy_of(const OutwardMessage& message) {
  messaging::Message copy{.body = message.body};
  auto& properties = copy.properties;
  properties.message_id = message.message_id;
  properties.correlation_id = message.request_id;
  properties.type = message.type;
  properties.priority = message.priority;
  properties.timestamp = message.sent_at;
  properties.app_id = "notification-subscriber";
  return copy;
}

}  // namespace

void OutwardAmqp::dead_letter(const OutwardMessage& message, const std::string& fingerprint, const std::string& cause,
                              std::function<void(bool)> done) {
  auto letter = copy_of(message);
  letter.exchange = contracts::kKitchenDlx;
  letter.routing_key = message.routing_key;
  letter.properties.headers = contracts::to_headers({.error = cause,
                                                     .queue = std::string{contracts::kNotificationsQueue},
                                                     .routing_key = message.routing_key,
                                                     .failed_by = failed_by_,
                                                     .failed_at = std::chrono::system_clock::now()});
  letter.properties.headers.emplace(contracts::kWebhookHeader, fingerprint);
  publish(std::move(letter), done);
}

void OutwardAmqp::readdress(const OutwardMessage& message, const std::string& fingerprint,
                            std::function<void(bool)> done) {
  auto copy = copy_of(message);
  copy.routing_key = contracts::kNotificationsQueue;
  copy.properties.headers = {{contracts::kWebhookHeader, fingerprint}};
  publish(std::move(copy), done);
}

void OutwardAmqp::publish(messaging::Message message, const std::function<void(bool)>& done) {
  const auto answer = [done](messaging::Outcome outcome) { done(outcome == messaging::Outcome::confirmed); };
  if (!publisher_.publish(std::move(message), answer)) done(false);
}

std::expected<SharedMessage, std::string> to_outward_message(const messaging::Message& message) {
  auto update = contracts::decode_status_update(message.body);
  if (!update) return std::unexpected(update.error());
  const auto& properties = message.properties;
  OutwardMessage outward{.body = message.body,
                         .notification = {.order_number = std::move(update->order_number),
                                          .old_status = update->old_status,
                                          .new_status = update->new_status,
                                          .changed_by = std::move(update->changed_by),
                                          .customer_name = std::move(update->customer_name)},
                         .message_id = properties.message_id,
                         .request_id = properties.correlation_id,
                         .routing_key = message.routing_key,
                         .type = properties.type,
                         .priority = properties.priority,
                         .sent_at = properties.timestamp};
  if (const auto only = properties.headers.find(contracts::kWebhookHeader); only != properties.headers.end()) {
    outward.only_to = only->second;
  }
  outward.key = crypto::sha256_hex(outward.message_id + '\n' + outward.body + '\n' + outward.only_to);
  return std::make_shared<const OutwardMessage>(std::move(outward));
}

}  // namespace pizza::notifier
