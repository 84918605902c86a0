#pragma once

#include <chrono>
#include <string_view>

#include <amqp.h>
#include <amqp_framing.h>

#include "core/clock.hpp"
#include "lifeline.hpp"
#include "messaging/endpoint.hpp"
#include "messaging/message.hpp"
#include "reply.hpp"

namespace pizza::messaging {

/// The one channel that each connection uses.
inline constexpr amqp_channel_t kChannel = 1;

/// The heartbeat of a connection that nobody reads from between two questions.
inline constexpr std::chrono::seconds kAskingHeartbeat{60};
/// For saying goodbye, at most.
inline constexpr std::chrono::seconds kGoodbye{1};

/// One connection with one open channel. Used by one thread only; every call is bounded, by the library's own timeout
/// or by the lifeline. After a BrokerError with `connection_finished` only destruction makes sense.
class Connection {
 public:
  /// Tries the hosts in turn, each for `connect_timeout` at most and all until `deadline`, and opens the channel.
  /// Throws BrokerError, which names each host and why not.
  Connection(const Endpoint& endpoint, core::Deadline deadline, Lifeline& line);
  /// Drops the socket without a word to the broker.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  amqp_connection_state_t state() const noexcept { return state_; }
  int socket() const noexcept { return amqp_get_sockfd(state_); }
  Lifeline& line() const noexcept { return line_; }

  /// A request that waits for its answer: `call` is one of the library's `amqp_queue_declare`, … Frames that arrive
  /// meanwhile are kept for later.
  template <class Call>
  void ask(std::string_view doing, Call call) {
    const Lifeline::Call limit(line_, kCallLimit);
    call();
    check(amqp_get_rpc_reply(state_), doing);
  }
  /// A method that is sent and not waited for.
  void send(amqp_channel_t channel, amqp_method_number_t id, void* method, std::string_view doing);
  /// Writes the message, mandatory. That it arrived only a confirm says.
  void publish(const Message& message);
  /// Says goodbye to the broker, until `deadline` at most; the broker has then handled all that was sent. Never throws.
  void close(core::Deadline deadline) noexcept;

 private:
  static constexpr std::chrono::seconds kAnswerTimeout{5};
  static constexpr std::chrono::seconds kCallLimit{6};  // more than the library's own, which explains itself better

  void connect(const Endpoint& endpoint, const Host& host, core::Deadline deadline);
  void log_in(const Endpoint& endpoint, core::Deadline deadline);
  void destroy() noexcept;

  Lifeline& line_;
  amqp_connection_state_t state_ = nullptr;
};

}  // namespace pizza::messaging
