#pragma once

#include <expected>
#include <string>

#include "messaging/consumer.hpp"
#include "messaging/publisher.hpp"
#include "notifier/app/outward.hpp"

namespace pizza::notifier {

/// The shared queue over RabbitMQ: acknowledgements over the consumer, dead letters, confirmed, over the publisher.
class OutwardAmqp final : public OutwardBroker {
 public:
  OutwardAmqp(messaging::Consumer& consumer, messaging::Publisher& publisher, std::string failed_by)
      : consumer_(consumer), publisher_(publisher), failed_by_(std::move(failed_by)) {}

  void ack(Tag tag) override { consumer_.ack({tag.generation, tag.number}); }
  void put_back(Tag tag) override { consumer_.nack_requeue({tag.generation, tag.number}); }
  void dead_letter(const OutwardMessage& message, const std::string& fingerprint, const std::string& cause,
                   std::function<void(bool)> done) override;
  void readdress(const OutwardMessage& message, const std::string& fingerprint,
                 std::function<void(bool)> done) override;

 private:
  void publish(messaging::Message message, const std::function<void(bool)>& done);

  messaging::Consumer& consumer_;
  messaging::Publisher& publisher_;
  const std::string failed_by_;
};

/// A status update from the wire; the error says why it is none.
std::expected<SharedMessage, std::string> to_outward_message(const messaging::Message& message);

}  // namespace pizza::notifier
