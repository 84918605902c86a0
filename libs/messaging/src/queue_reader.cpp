#include "messaging/queue_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "codec.hpp"
#include "connection.hpp"
#include "declare.hpp"
#include "lifeline.hpp"
#include "retry.hpp"

namespace pizza::messaging {
namespace {

constexpr std::chrono::seconds kCallLimit{6};
/// Nobody reads from the connection while its owner is busy elsewhere.
constexpr std::chrono::seconds kHeartbeat{60};

/// Gives the library's message back; not one that was never read, whose parts it has freed itself.
class Owned {
 public:
  explicit Owned(amqp_message_t& message) : message_(message) {}
  ~Owned() { amqp_destroy_message(&message_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

 private:
  amqp_message_t& message_;
};

}  // namespace

class QueueReader::Impl {
 public:
  Impl(const Endpoint& endpoint, std::string queue, core::Deadline deadline)
      : queue_(std::move(queue)), connection_(endpoint, deadline, line_) {}

  Connection& connection() { return connection_; }

  std::size_t waiting() {
    std::size_t count = 0;
    connection_.ask(fmt::format("counting the messages in queue '{}'", queue_), [&] {
      const auto* ok =
          amqp_queue_declare(connection_.state(), kChannel, to_bytes(queue_), 1, 0, 0, 0, amqp_empty_table);
      if (ok != nullptr) count = ok->message_count;
    });
    return count;
  }

  std::optional<Delivery> next() {
    const auto doing = fmt::format("taking a message from queue '{}'", queue_);
    amqp_maybe_release_buffers(connection_.state());
    const Lifeline::Call limit(line_, kCallLimit);
    const auto reply = amqp_basic_get(connection_.state(), kChannel, to_bytes(queue_), 0);
    check(reply, doing);
    if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) return std::nullopt;
    const auto& taken = *static_cast<const amqp_basic_get_ok_t*>(reply.reply.decoded);
    Delivery delivery{.tag = {.generation = 1, .number = taken.delivery_tag},
                      .queue = queue_,
                      .redelivered = taken.redelivered != 0,
                      .message = {to_string(taken.exchange), to_string(taken.routing_key), {}, {}}};
    amqp_message_t message{};
    check(amqp_read_message(connection_.state(), kChannel, &message, 0), doing);
    const Owned owned(message);
    delivery.message.properties = decode(message.properties);
    delivery.message.body = to_string(message.body);
    return delivery;
  }

  void ack(DeliveryTag tag) {
    amqp_basic_ack_t method{.delivery_tag = tag.number, .multiple = 0};
    connection_.send(kChannel, AMQP_BASIC_ACK_METHOD, &method, "acknowledging a message");
  }

  /// Tag 0 with `multiple` means all.
  void requeue(std::uint64_t tag, bool multiple) {
    amqp_basic_nack_t method{.delivery_tag = tag, .multiple = multiple ? 1 : 0, .requeue = 1};
    connection_.send(kChannel, AMQP_BASIC_NACK_METHOD, &method, "putting a message back");
  }

  bool close(core::Deadline deadline) noexcept {
    try {
      waiting();  // answered after all that was sent before
    } catch (const std::exception&) {
      return false;
    }
    connection_.close(deadline);
    return true;
  }

 private:
  const std::string queue_;
  Lifeline line_;
  Connection connection_;
};

QueueReader::QueueReader(const QueueReaderOptions& options, core::Deadline deadline) {
  auto endpoint = options.endpoint;
  endpoint.heartbeat = std::max(endpoint.heartbeat, kHeartbeat);
  retry(deadline, options.pause, [&] {
    impl_.reset();
    impl_ = std::make_unique<Impl>(endpoint, options.queue, deadline);
    declare(impl_->connection(), options.topology);
  });
}

QueueReader::~QueueReader() = default;
std::size_t QueueReader::waiting() { return impl_->waiting(); }
std::optional<Delivery> QueueReader::next() { return impl_->next(); }
void QueueReader::ack(DeliveryTag tag) { impl_->ack(tag); }
void QueueReader::requeue(DeliveryTag tag) { impl_->requeue(tag.number, false); }
void QueueReader::requeue_all() { impl_->requeue(0, true); }
bool QueueReader::close(core::Deadline deadline) noexcept { return impl_->close(deadline); }

}  // namespace pizza::messaging
