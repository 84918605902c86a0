#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <amqp.h>

#include "support/servers.hpp"
#include "support/test_vhost.hpp"

namespace pizza::test {

/// One short AMQP connection with one channel; every failure is a core::Error with the broker's reply. Private to
/// TestVhost: tests look at queues independently of the library that they test.
class AmqpSession {
 public:
  AmqpSession(const Servers::Endpoint& broker, const std::string& vhost);
  ~AmqpSession();
  AmqpSession(const AmqpSession&) = delete;
  AmqpSession& operator=(const AmqpSession&) = delete;

  struct QueueInfo {
    std::size_t ready = 0;
    std::size_t consumers = 0;
  };
  std::optional<QueueInfo> inspect(const std::string& queue);  ///< nullopt: there is no such queue
  void declare_queue(const std::string& queue, int max_priority);
  void bind(const std::string& queue, const std::string& exchange, const std::string& routing_key);
  void remove_queue(const std::string& queue);
  void purge(const std::string& queue);
  std::optional<BrokerMessage> get(const std::string& queue);
  /// Publishes and waits for the confirm.
  void publish(const std::string& exchange, const std::string& routing_key, const BrokerMessage& message);
  /// The same with properties as bytes of a content header, flags and values, which may be any that the broker takes.
  void publish_raw(const std::string& exchange, const std::string& routing_key, const std::string& properties,
                   const std::string& body);

 private:
  void check(const amqp_rpc_reply_t& reply, const char* what) const;
  void check_last(const char* what) const { check(amqp_get_rpc_reply(connection_), what); }
  void send_frame(std::uint8_t kind, const std::string& payload) const;
  void wait_for_confirm();

  amqp_connection_state_t connection_;
};

}  // namespace pizza::test
