#include "connection.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <amqp_tcp_socket.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "codec.hpp"
#include "tls.hpp"

namespace pizza::messaging {
namespace {

using std::chrono::milliseconds;

constexpr int kChannels = 8;
constexpr int kFrameBytes = 131'072;
constexpr int kUnackedDataMs = 10'000;

timeval to_timeval(milliseconds duration) {
  const auto positive = std::max(duration, milliseconds{1}).count();
  return {.tv_sec = positive / 1000, .tv_usec = positive % 1000 * 1000};
}

milliseconds left(core::Deadline deadline) {
  return std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
}

amqp_table_entry_t entry(const char* key, amqp_field_value_kind_t kind) {
  amqp_table_entry_t result{};
  result.key = amqp_cstring_bytes(key);
  result.value.kind = static_cast<std::uint8_t>(kind);
  return result;
}

amqp_table_entry_t text(const char* key, std::string_view value) {
  auto result = entry(key, AMQP_FIELD_KIND_UTF8);
  result.value.value.bytes = to_bytes(value);
  return result;
}

amqp_table_entry_t yes(const char* key) {
  auto result = entry(key, AMQP_FIELD_KIND_BOOLEAN);
  result.value.value.boolean = 1;
  return result;
}

template <std::size_t N>
amqp_table_t table(std::array<amqp_table_entry_t, N>& entries) {
  return {.num_entries = static_cast<int>(N), .entries = entries.data()};
}

/// A dead peer is noticed by the kernel too, also while the library waits for it.
void set_options(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnackedDataMs, sizeof kUnackedDataMs);
}

amqp_socket_t* new_socket(amqp_connection_state_t state, const Endpoint& endpoint, const Host& host,
                          const std::string& doing) {
  if (endpoint.tls) return new_tls_socket(state, endpoint, host.name, doing);
  auto* socket = amqp_tcp_socket_new(state);
  if (socket == nullptr) throw std::bad_alloc();
  return socket;
}

}  // namespace

Connection::Connection(const Endpoint& endpoint, core::Deadline deadline, Lifeline& line) : line_(line) {
  std::string failures;
  int reply_code = 0;
  for (const auto& host : endpoint.hosts) {
    try {
      connect(endpoint, host, std::min(deadline, core::after(endpoint.connect_timeout)));
      return;
    } catch (const BrokerError& error) {
      destroy();
      if (!failures.empty()) failures += "; ";
      failures += error.what();
      reply_code = error.reply_code();
    } catch (...) {
      destroy();
      throw;
    }
  }
  throw BrokerError(failures.empty() ? "no RabbitMQ host is configured" : failures, reply_code, true);
}

Connection::~Connection() { destroy(); }

void Connection::connect(const Endpoint& endpoint, const Host& host, core::Deadline deadline) {
  const auto doing = fmt::format("connecting to RabbitMQ at {}:{}", host.name, host.port);
  if (left(deadline) <= milliseconds{0}) throw BrokerError(doing + ": no time left", 0, true);
  state_ = amqp_new_connection();
  if (state_ == nullptr) throw std::bad_alloc();
  auto* socket = new_socket(state_, endpoint, host, doing);
  const auto timeout = to_timeval(left(deadline));
  const int opened = amqp_socket_open_noblock(socket, host.name.c_str(), host.port, &timeout);
  if (opened < 0 && endpoint.tls) throw tls_failure(endpoint, opened, doing);
  check(opened, doing);
  set_options(amqp_socket_get_sockfd(socket));
  line_.attach(amqp_socket_get_sockfd(socket));

  const Lifeline::Call limit(line_, left(deadline) + milliseconds{500});
  log_in(endpoint, deadline);
}

void Connection::log_in(const Endpoint& endpoint, core::Deadline deadline) {
  // Without these the broker keeps silent about a deleted queue, an alarm or a wrong password.
  std::array capabilities{yes("consumer_cancel_notify"), yes("connection.blocked"), yes("publisher_confirms"),
                          yes("basic.nack"), yes("authentication_failure_close")};
  auto capability_table = entry("capabilities", AMQP_FIELD_KIND_TABLE);
  capability_table.value.value.table = table(capabilities);
  std::array properties{text("product", "wheres-my-pizza"), text("version", PIZZA_VERSION),
                        text("connection_name", endpoint.connection_name), capability_table};
  const auto property_table = table(properties);

  const auto handshake = to_timeval(left(deadline));
  const auto answer = to_timeval(kAnswerTimeout);
  check(amqp_set_handshake_timeout(state_, &handshake), "setting the handshake timeout");
  check(amqp_set_rpc_timeout(state_, &answer), "setting the answer timeout");
  const auto doing = fmt::format("logging in to RabbitMQ as '{}', vhost '{}'", endpoint.user, endpoint.vhost);
  check(amqp_login_with_properties(state_, endpoint.vhost.c_str(), kChannels, kFrameBytes,
                                   static_cast<int>(endpoint.heartbeat.count()), &property_table,
                                   AMQP_SASL_METHOD_PLAIN, endpoint.user.c_str(), endpoint.password.c_str()),
        doing);
  amqp_channel_open(state_, kChannel);
  check(amqp_get_rpc_reply(state_), "opening a channel");
}

void Connection::send(amqp_channel_t channel, amqp_method_number_t id, void* method, std::string_view doing) {
  const Lifeline::Call limit(line_, kCallLimit);
  check(amqp_send_method(state_, channel, id, method), doing);
}

void Connection::publish(const Message& message) {
  const Lifeline::Call limit(line_, kCallLimit);
  const EncodedProperties properties(message.properties);
  check(amqp_basic_publish(state_, kChannel, to_bytes(message.exchange), to_bytes(message.routing_key), 1, 0,
                           &properties.raw(), to_bytes(message.body)),
        "publishing");
}

void Connection::close(core::Deadline deadline) noexcept {
  const auto timeout = to_timeval(std::min<milliseconds>(left(deadline), kAnswerTimeout));
  const Lifeline::Call limit(line_, kCallLimit);
  if (amqp_set_rpc_timeout(state_, &timeout) == AMQP_STATUS_OK) amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
}

void Connection::destroy() noexcept {
  line_.detach();
  if (state_ != nullptr) amqp_destroy_connection(std::exchange(state_, nullptr));
}

}  // namespace pizza::messaging
