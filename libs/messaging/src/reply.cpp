#include "reply.hpp"

#include <fmt/format.h>

#include "amqp_framing.h"

namespace pizza::messaging {

BrokerError closed_by_broker(const amqp_method_t& method, std::string_view doing) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_connection_close_t*>(method.decoded);
    return {fmt::format("{}: {} {}", doing, close.reply_code, to_string(close.reply_text)), close.reply_code, true};
  }
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_channel_close_t*>(method.decoded);
    return {fmt::format("{}: {} {}", doing, close.reply_code, to_string(close.reply_text)), close.reply_code, false};
  }
  return {fmt::format("{}: unexpected answer {:#x}", doing, method.id), 0, true};
}

void check(const amqp_rpc_reply_t& reply, std::string_view doing) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return;
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      throw closed_by_broker(reply.reply, doing);
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      throw BrokerError(fmt::format("{}: {}", doing, amqp_error_string2(reply.library_error)), 0, true);
    case AMQP_RESPONSE_NONE:
      break;
  }
  throw BrokerError(fmt::format("{}: the connection ended", doing), 0, true);
}

void check(int status, std::string_view doing) {
  if (status < 0) throw BrokerError(fmt::format("{}: {}", doing, amqp_error_string2(status)), 0, true);
}

bool is_refusal(const BrokerError& error) {
  return error.reply_code() == AMQP_ACCESS_REFUSED || error.reply_code() == AMQP_NOT_ALLOWED;
}

}  // namespace pizza::messaging
