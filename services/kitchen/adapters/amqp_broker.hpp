#pragma once

#include <string>

#include "kitchen/app/broker.hpp"
#include "messaging/consumer.hpp"
#include "messaging/publisher.hpp"

namespace pizza::kitchen {

/// The kitchen's word to RabbitMQ: acknowledgements over the consumer, dead letters over the publisher.
class AmqpBroker final : public Broker {
 public:
  AmqpBroker(messaging::Consumer& consumer, messaging::Publisher& publisher, std::uint16_t prefetch,
             std::string worker_name)
      : consumer_(consumer), publisher_(publisher), prefetch_(prefetch), worker_name_(std::move(worker_name)) {}

  void ack(Tag tag) override { consumer_.ack({tag.generation, tag.number}); }
  void put_back(Tag tag) override { consumer_.nack_requeue({tag.generation, tag.number}); }
  void allow_extra(int extra) override;
  void dead_letter(const Delivery& delivery, const std::string& reason, std::function<void(bool)> done) override;

 private:
  messaging::Consumer& consumer_;
  messaging::Publisher& publisher_;
  const std::uint16_t prefetch_;
  const std::string worker_name_;
};

/// A delivery in the kitchen's words.
Delivery to_delivery(messaging::Delivery delivery);

}  // namespace pizza::kitchen
