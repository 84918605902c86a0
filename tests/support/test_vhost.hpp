#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "support/servers.hpp"

namespace pizza::test {

/// A message as it stands on the broker, with every property the contract names (CONTRACT §3). An absent property is
/// nullopt; header values are text (integers in decimal).
struct BrokerMessage {
  std::string body;
  std::optional<std::string> content_type;
  std::optional<int> delivery_mode;
  std::optional<int> priority;
  std::optional<std::string> message_id;
  std::optional<std::string> correlation_id;
  std::optional<std::uint64_t> timestamp;  ///< seconds since 1970
  std::optional<std::string> type;
  std::optional<std::string> app_id;
  std::map<std::string, std::string> headers;
  // Set by the broker; ignored when publishing.
  std::string exchange;
  std::string routing_key;
  bool redelivered = false;
};

/// A fresh virtual host for one test, deleted (with its connections) at the end. Counts are exact and current: they
/// come from the broker by AMQP, not from the statistics of the management API. Each call uses a connection of its own,
/// so it works again as soon as a broken broker is back. Thread-safe. Everything throws core::Error with the broker's
/// reply.
class TestVhost {
 public:
  explicit TestVhost(const Servers& servers = Servers::shared());
  ~TestVhost();
  TestVhost(const TestVhost&) = delete;
  TestVhost& operator=(const TestVhost&) = delete;

  /// Empty, after the broker lost it.
  void make_again() const;

  const std::string& name() const { return name_; }
  const Servers::Endpoint& broker() const { return servers_.broker(); }
  /// `amqp://user:password@host:port/vhost`.
  std::string url() const;

  bool has_queue(const std::string& queue) const;
  /// Messages that wait in the queue (not those delivered and unacknowledged).
  std::size_t count(const std::string& queue) const;
  std::size_t consumers(const std::string& queue) const;
  /// How often what had gone back to the queue was delivered again; known to the broker's statistics some seconds late.
  std::size_t redeliveries(const std::string& queue) const;
  /// Durable. `max_priority` 0: without priorities.
  void declare_queue(const std::string& queue, int max_priority = 0) const;
  void bind(const std::string& queue, const std::string& exchange, const std::string& routing_key = "") const;
  /// A new queue that gets a copy of what `exchange` routes by `routing_key` (topic pattern); returns its name.
  std::string spy(const std::string& exchange, const std::string& routing_key = "#") const;
  void remove_queue(const std::string& queue) const;
  void purge(const std::string& queue) const;

  /// The next message, acknowledged; nullopt if none waits.
  std::optional<BrokerMessage> take(const std::string& queue) const;
  /// All that wait.
  std::vector<BrokerMessage> take_all(const std::string& queue) const;
  /// Waits until `wanted` messages came or the deadline has passed; returns what came.
  std::vector<BrokerMessage> take_all(const std::string& queue, std::size_t wanted, core::Deadline deadline) const;

  /// Publishes exactly these bytes and properties and waits for the broker's confirm. Exchange "" is the default one.
  void publish(const std::string& exchange, const std::string& routing_key, const BrokerMessage& message) const;
  void publish(const std::string& exchange, const std::string& routing_key, const std::string& body) const {
    publish(exchange, routing_key, BrokerMessage{.body = body});
  }

  /// The same with properties as the bytes of a content header: flags and values.
  void publish_raw(const std::string& exchange, const std::string& routing_key, const std::string& properties,
                   const std::string& body) const;

  /// Connections open in this virtual host.
  std::size_t connections() const;
  /// The broker closes all of them: what an administrator or a maintenance does to a client.
  void close_connections() const;

 private:
  const Servers& servers_;
  std::string name_;
};

}  // namespace pizza::test
