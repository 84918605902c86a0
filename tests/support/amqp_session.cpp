#include "support/amqp_session.hpp"

#include <cerrno>
#include <string_view>

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/error.hpp"

namespace pizza::test {
namespace {

constexpr amqp_channel_t kChannel = 1;
constexpr std::size_t kFragment = 131072 - 8;  // of a body, in a frame as it was negotiated

amqp_bytes_t bytes(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }
std::string text(const amqp_bytes_t& bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

template <class Number>
void append_number(std::string& to, Number number) {
  for (int shift = 8 * (sizeof number - 1); shift >= 0; shift -= 8) to += static_cast<char>((number >> shift) & 0xFF);
}

std::string describe(const amqp_rpc_reply_t& reply) {
  if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) return amqp_error_string2(reply.library_error);
  if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
    return text(static_cast<const amqp_channel_close_t*>(reply.reply.decoded)->reply_text);
  }
  if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    return text(static_cast<const amqp_connection_close_t*>(reply.reply.decoded)->reply_text);
  }
  return "unexpected reply";
}

std::string header_text(const amqp_field_value_t& field) {
  switch (field.kind) {
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
      return text(field.value.bytes);
    case AMQP_FIELD_KIND_BOOLEAN:
      return field.value.boolean != 0 ? "true" : "false";
    case AMQP_FIELD_KIND_I8:
      return std::to_string(field.value.i8);
    case AMQP_FIELD_KIND_I16:
      return std::to_string(field.value.i16);
    case AMQP_FIELD_KIND_I32:
      return std::to_string(field.value.i32);
    case AMQP_FIELD_KIND_I64:
      return std::to_string(field.value.i64);
    case AMQP_FIELD_KIND_TIMESTAMP:
      return std::to_string(field.value.u64);
    default:
      return std::string{"(field of kind "} + static_cast<char>(field.kind) + ")";
  }
}

BrokerMessage message_of(const amqp_message_t& message, const amqp_basic_get_ok_t& delivery) {
  const auto& properties = message.properties;
  const auto has = [&](amqp_flags_t flag) { return (properties._flags & flag) != 0; };
  BrokerMessage result{.body = text(message.body)};
  if (has(AMQP_BASIC_CONTENT_TYPE_FLAG)) result.content_type = text(properties.content_type);
  if (has(AMQP_BASIC_DELIVERY_MODE_FLAG)) result.delivery_mode = properties.delivery_mode;
  if (has(AMQP_BASIC_PRIORITY_FLAG)) result.priority = properties.priority;
  if (has(AMQP_BASIC_MESSAGE_ID_FLAG)) result.message_id = text(properties.message_id);
  if (has(AMQP_BASIC_CORRELATION_ID_FLAG)) result.correlation_id = text(properties.correlation_id);
  if (has(AMQP_BASIC_TIMESTAMP_FLAG)) result.timestamp = properties.timestamp;
  if (has(AMQP_BASIC_TYPE_FLAG)) result.type = text(properties.type);
  if (has(AMQP_BASIC_APP_ID_FLAG)) result.app_id = text(properties.app_id);
  if (has(AMQP_BASIC_HEADERS_FLAG)) {
    for (int i = 0; i < properties.headers.num_entries; ++i) {
      const auto& entry = properties.headers.entries[i];
      result.headers[text(entry.key)] = header_text(entry.value);
    }
  }
  result.exchange = text(delivery.exchange);
  result.routing_key = text(delivery.routing_key);
  result.redelivered = delivery.redelivered != 0;
  return result;
}

amqp_table_entry_t text_entry(const std::string& key, const std::string& value) {
  amqp_table_entry_t entry{};
  entry.key = bytes(key);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = bytes(value);
  return entry;
}

void set(std::optional<std::string> const& from, amqp_bytes_t& to, amqp_flags_t flag, amqp_flags_t& flags) {
  if (!from) return;
  to = bytes(*from);
  flags |= flag;
}

/// Points into `message` and `headers`, which must outlive it.
amqp_basic_properties_t properties_of(const BrokerMessage& message, std::vector<amqp_table_entry_t>& headers) {
  amqp_basic_properties_t result{};
  auto& flags = result._flags;
  set(message.content_type, result.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG, flags);
  set(message.message_id, result.message_id, AMQP_BASIC_MESSAGE_ID_FLAG, flags);
  set(message.correlation_id, result.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG, flags);
  set(message.type, result.type, AMQP_BASIC_TYPE_FLAG, flags);
  set(message.app_id, result.app_id, AMQP_BASIC_APP_ID_FLAG, flags);
  if (message.delivery_mode) {
    result.delivery_mode = static_cast<std::uint8_t>(*message.delivery_mode);
    flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;
  }
  if (message.priority) {
    result.priority = static_cast<std::uint8_t>(*message.priority);
    flags |= AMQP_BASIC_PRIORITY_FLAG;
  }
  if (message.timestamp) {
    result.timestamp = *message.timestamp;
    flags |= AMQP_BASIC_TIMESTAMP_FLAG;
  }
  for (const auto& [key, value] : message.headers) headers.push_back(text_entry(key, value));
  if (!headers.empty()) {
    result.headers = {static_cast<int>(headers.size()), headers.data()};
    flags |= AMQP_BASIC_HEADERS_FLAG;
  }
  return result;
}

}  // namespace

AmqpSession::AmqpSession(const Servers::Endpoint& broker, const std::string& vhost)
    : connection_(amqp_new_connection()) {
  try {
    const timeval limit{5, 0};
    auto* socket = amqp_tcp_socket_new(connection_);
    if (const int status = amqp_socket_open_noblock(socket, broker.host.c_str(), broker.port, &limit); status != 0) {
      throw core::Error(std::string{"connect to the broker: "} + amqp_error_string2(status));
    }
    amqp_set_rpc_timeout(connection_, &limit);
    check(amqp_login(connection_, vhost.c_str(), 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, broker.user.c_str(),
                     broker.password.c_str()),
          "log in");
    amqp_channel_open(connection_, kChannel);
    check_last("open a channel");
  } catch (...) {
    amqp_destroy_connection(connection_);
    throw;
  }
}

AmqpSession::~AmqpSession() {
  amqp_connection_close(connection_, AMQP_REPLY_SUCCESS);
  amqp_destroy_connection(connection_);
}

void AmqpSession::check(const amqp_rpc_reply_t& reply, const char* what) const {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) throw core::Error(std::string{what} + ": " + describe(reply));
}

std::optional<AmqpSession::QueueInfo> AmqpSession::inspect(const std::string& queue) {
  const auto* ok = amqp_queue_declare(connection_, kChannel, bytes(queue), 1, 0, 0, 0, amqp_empty_table);
  if (ok != nullptr) return QueueInfo{ok->message_count, ok->consumer_count};
  const auto reply = amqp_get_rpc_reply(connection_);
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD &&
      static_cast<const amqp_channel_close_t*>(reply.reply.decoded)->reply_code == AMQP_NOT_FOUND) {
    return std::nullopt;
  }
  throw core::Error("inspect " + queue + ": " + describe(reply));
}

void AmqpSession::declare_queue(const std::string& queue, int max_priority) {
  static const std::string key = "x-max-priority";
  amqp_table_entry_t entry{};
  entry.key = bytes(key);
  entry.value.kind = AMQP_FIELD_KIND_I32;
  entry.value.value.i32 = max_priority;
  const amqp_table_t arguments{max_priority > 0 ? 1 : 0, &entry};
  amqp_queue_declare(connection_, kChannel, bytes(queue), 0, 1, 0, 0, arguments);
  check_last("declare a queue");
}

void AmqpSession::bind(const std::string& queue, const std::string& exchange, const std::string& routing_key) {
  amqp_queue_bind(connection_, kChannel, bytes(queue), bytes(exchange), bytes(routing_key), amqp_empty_table);
  check_last("bind a queue");
}

void AmqpSession::remove_queue(const std::string& queue) {
  amqp_queue_delete(connection_, kChannel, bytes(queue), 0, 0);
  check_last("delete a queue");
}

void AmqpSession::purge(const std::string& queue) {
  amqp_queue_purge(connection_, kChannel, bytes(queue));
  check_last("purge a queue");
}

std::optional<BrokerMessage> AmqpSession::get(const std::string& queue) {
  const auto reply = amqp_basic_get(connection_, kChannel, bytes(queue), 1);
  check(reply, "get a message");
  if (reply.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) return std::nullopt;
  const auto& delivery = *static_cast<const amqp_basic_get_ok_t*>(reply.reply.decoded);
  amqp_message_t message{};
  check(amqp_read_message(connection_, kChannel, &message, 0), "read a message");
  auto result = message_of(message, delivery);
  amqp_destroy_message(&message);
  return result;
}

void AmqpSession::publish(const std::string& exchange, const std::string& routing_key, const BrokerMessage& message) {
  amqp_confirm_select(connection_, kChannel);
  check_last("switch confirms on");
  std::vector<amqp_table_entry_t> headers;
  const auto properties = properties_of(message, headers);
  const int status = amqp_basic_publish(connection_, kChannel, bytes(exchange), bytes(routing_key), 0, 0, &properties,
                                        bytes(message.body));
  if (status != AMQP_STATUS_OK) throw core::Error(std::string{"publish: "} + amqp_error_string2(status));
  wait_for_confirm();
}

void AmqpSession::wait_for_confirm() {
  amqp_frame_t frame{};
  const timeval limit{20, 0};
  if (amqp_simple_wait_frame_noblock(connection_, &frame, &limit) != AMQP_STATUS_OK ||
      frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
    throw core::Error("publish: not confirmed");
  }
}

void AmqpSession::publish_raw(const std::string& exchange, const std::string& routing_key,
                              const std::string& properties, const std::string& body) {
  amqp_confirm_select(connection_, kChannel);
  check_last("switch confirms on");
  amqp_basic_publish_t publish{};
  publish.exchange = bytes(exchange);
  publish.routing_key = bytes(routing_key);
  if (amqp_send_method(connection_, kChannel, AMQP_BASIC_PUBLISH_METHOD, &publish) != AMQP_STATUS_OK) {
    throw core::Error("publish: the method was not sent");
  }
  std::string header;
  append_number<std::uint16_t>(header, AMQP_BASIC_CLASS);
  append_number<std::uint16_t>(header, 0);
  append_number<std::uint64_t>(header, body.size());
  send_frame(AMQP_FRAME_HEADER, header + properties);
  for (std::size_t at = 0; at < body.size(); at += kFragment) send_frame(AMQP_FRAME_BODY, body.substr(at, kFragment));
  wait_for_confirm();
}

/// Past the library, which cannot say what the broker would not mean.
void AmqpSession::send_frame(std::uint8_t kind, const std::string& payload) const {
  std::string frame(1, static_cast<char>(kind));
  append_number<std::uint16_t>(frame, kChannel);
  append_number(frame, static_cast<std::uint32_t>(payload.size()));
  frame += payload;
  frame += static_cast<char>(AMQP_FRAME_END);
  for (std::string_view left = frame; !left.empty();) {
    const auto sent = ::send(amqp_get_sockfd(connection_), left.data(), left.size(), MSG_NOSIGNAL);
    if (sent <= 0 && errno != EAGAIN) throw core::Error("publish: the broker closed the connection");
    left.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    pollfd room{.fd = amqp_get_sockfd(connection_), .events = POLLOUT, .revents = 0};
    if (!left.empty()) ::poll(&room, 1, 5000);
  }
}

}  // namespace pizza::test
