#pragma once

#include <string>
#include <string_view>

#include <amqp.h>

#include "messaging/endpoint.hpp"

namespace pizza::messaging {

/// The library's ways to say what happened, turned into BrokerError; `doing` is what was tried: `declaring queue 'x'`.
void check(const amqp_rpc_reply_t& reply, std::string_view doing);
void check(int status, std::string_view doing);

/// A connection or channel the broker closed, by its `connection.close` or `channel.close` method.
BrokerError closed_by_broker(const amqp_method_t& method, std::string_view doing);

/// The broker is there and will not let this user in (wrong password, no such vhost): waiting does not help.
bool is_refusal(const BrokerError& error);

inline amqp_bytes_t to_bytes(std::string_view text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};  // the library only reads
}
inline std::string to_string(amqp_bytes_t bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

}  // namespace pizza::messaging
