#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "connection.hpp"
#include "messaging/message.hpp"

namespace pizza::messaging {

/// What the broker can say unasked.
struct Delivered {
  std::uint64_t tag = 0;
  std::string consumer;
  bool redelivered = false;
  Message message;
};
struct Returned {
  Message message;
};
struct Confirmed {
  std::uint64_t tag = 0;
  bool multiple = false;
  bool accepted = true;
};
struct ConsumerCancelled {
  std::string consumer;
  bool asked_for = false;  ///< our own basic.cancel was done; else the queue is gone
};
struct Blocked {
  bool blocked = true;
};
using Event = std::variant<Delivered, Returned, Confirmed, ConsumerCancelled, Blocked>;

/// Reads frames, serves heartbeats and puts messages together. Everything is copied out of the library's memory, which
/// is given back after each frame, so a connection of any age stays small.
class Frames {
 public:
  explicit Frames(Connection& connection) : connection_(connection) {}

  /// The next event that has arrived; nullopt when nothing is left to read, neither in the socket nor in the library,
  /// so that it is safe to wait for the socket. Throws BrokerError when the channel or the connection was closed.
  std::optional<Event> next();

 private:
  std::optional<Event> take(const amqp_frame_t& frame);
  std::optional<Event> take_method(const amqp_method_t& method);
  std::optional<Event> take_header(const amqp_frame_t& frame);
  std::optional<Event> take_body(amqp_bytes_t fragment);
  [[noreturn]] void closed(const amqp_method_t& method);
  Message* partial_message();
  std::optional<Event> take_if_whole();

  Connection& connection_;
  std::variant<std::monostate, Delivered, Returned> partial_;  // its header or body is still to come
  std::uint64_t body_left_ = 0;
};

}  // namespace pizza::messaging
