#include "frames.hpp"

#include <algorithm>
#include <utility>

#include <sys/time.h>

#include "codec.hpp"

namespace pizza::messaging {
namespace {

constexpr std::chrono::seconds kReadLimit{6};
constexpr std::uint64_t kMaxReserved = 1'048'576;  // a header may announce more than ever comes

template <class Method>
const Method& as(const amqp_method_t& method) {
  return *static_cast<const Method*>(method.decoded);
}

}  // namespace

std::optional<Event> Frames::next() {
  constexpr timeval kAtOnce{.tv_sec = 0, .tv_usec = 0};
  for (;;) {
    amqp_frame_t frame{};
    int status = 0;
    {
      const Lifeline::Call limit(connection_.line(), kReadLimit);  // it sends heartbeats too
      status = amqp_simple_wait_frame_noblock(connection_.state(), &frame, &kAtOnce);
    }
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    check(status, "reading from RabbitMQ");
    auto event = take(frame);
    amqp_maybe_release_buffers_on_channel(connection_.state(), frame.channel);
    if (event) return event;
  }
}

std::optional<Event> Frames::take(const amqp_frame_t& frame) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      return take_method(frame.payload.method);
    case AMQP_FRAME_HEADER:
      return take_header(frame);
    case AMQP_FRAME_BODY:
      return take_body(frame.payload.body_fragment);
    default:
      return std::nullopt;
  }
}

std::optional<Event> Frames::take_method(const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = as<amqp_basic_deliver_t>(method);
      partial_ = Delivered{.tag = deliver.delivery_tag,
                           .consumer = to_string(deliver.consumer_tag),
                           .redelivered = deliver.redelivered != 0,
                           .message = {to_string(deliver.exchange), to_string(deliver.routing_key), {}, {}}};
      return std::nullopt;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto& back = as<amqp_basic_return_t>(method);
      partial_ = Returned{.message = {to_string(back.exchange), to_string(back.routing_key), {}, {}}};
      return std::nullopt;
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = as<amqp_basic_ack_t>(method);
      return Confirmed{.tag = ack.delivery_tag, .multiple = ack.multiple != 0, .accepted = true};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = as<amqp_basic_nack_t>(method);
      return Confirmed{.tag = nack.delivery_tag, .multiple = nack.multiple != 0, .accepted = false};
    }
    case AMQP_BASIC_CANCEL_METHOD:
      return ConsumerCancelled{.consumer = to_string(as<amqp_basic_cancel_t>(method).consumer_tag), .asked_for = false};
    case AMQP_BASIC_CANCEL_OK_METHOD:
      return ConsumerCancelled{.consumer = to_string(as<amqp_basic_cancel_ok_t>(method).consumer_tag),
                               .asked_for = true};
    case AMQP_CONNECTION_BLOCKED_METHOD:
      return Blocked{.blocked = true};
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      return Blocked{.blocked = false};
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      closed(method);
    default:
      return std::nullopt;  // basic.qos-ok and other answers that nobody waits for
  }
}

void Frames::closed(const amqp_method_t& method) {
  const auto error = closed_by_broker(method, "RabbitMQ closed");
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    amqp_channel_close_ok_t ok{};
    connection_.send(kChannel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok, error.what());
  } else {
    amqp_connection_close_ok_t ok{};
    connection_.send(0, AMQP_CONNECTION_CLOSE_OK_METHOD, &ok, error.what());
  }
  throw BrokerError(error);
}

std::optional<Event> Frames::take_header(const amqp_frame_t& frame) {
  auto* message = partial_message();
  if (message == nullptr || frame.payload.properties.class_id != AMQP_BASIC_CLASS) return std::nullopt;
  message->properties = decode(*static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded));
  body_left_ = frame.payload.properties.body_size;
  message->body.reserve(std::min(body_left_, kMaxReserved));
  return take_if_whole();
}

std::optional<Event> Frames::take_body(amqp_bytes_t fragment) {
  auto* message = partial_message();
  if (message == nullptr) return std::nullopt;
  message->body.append(static_cast<const char*>(fragment.bytes), fragment.len);
  body_left_ -= std::min<std::uint64_t>(body_left_, fragment.len);
  return take_if_whole();
}

Message* Frames::partial_message() {
  if (auto* delivered = std::get_if<Delivered>(&partial_)) return &delivered->message;
  if (auto* returned = std::get_if<Returned>(&partial_)) return &returned->message;
  return nullptr;
}

std::optional<Event> Frames::take_if_whole() {
  if (body_left_ > 0) return std::nullopt;
  auto whole = std::exchange(partial_, {});
  if (auto* delivered = std::get_if<Delivered>(&whole)) return std::move(*delivered);
  return std::move(std::get<Returned>(whole));
}

}  // namespace pizza::messaging
