#include "support/test_vhost.hpp"

#include <algorithm>
#include <iterator>

#include "core/error.hpp"
#include "json/reader.hpp"
#include "support/amqp_session.hpp"
#include "support/eventually.hpp"
#include "support/management_api.hpp"
#include "support/names.hpp"

namespace pizza::test {

TestVhost::TestVhost(const Servers& servers) : servers_(servers), name_(unique_name("test")) { make_again(); }

void TestVhost::make_again() const {
  management_request(servers_, "PUT", "/api/vhosts/" + name_);  // whoever creates it may do everything in it
}

TestVhost::~TestVhost() {
  try {
    management_request(servers_, "DELETE", "/api/vhosts/" + name_);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // The broker is stopped: it goes away as a whole.
  }
}

std::string TestVhost::url() const {
  const auto& broker = servers_.broker();
  return "amqp://" + broker.user + ":" + broker.password + "@" + broker.host + ":" + std::to_string(broker.port) + "/" +
         name_;
}

bool TestVhost::has_queue(const std::string& queue) const {
  return AmqpSession(broker(), name_).inspect(queue).has_value();
}

std::size_t TestVhost::count(const std::string& queue) const {
  const auto info = AmqpSession(broker(), name_).inspect(queue);
  if (!info) throw core::Error("no such queue: " + queue);
  return info->ready;
}

std::size_t TestVhost::consumers(const std::string& queue) const {
  const auto info = AmqpSession(broker(), name_).inspect(queue);
  if (!info) throw core::Error("no such queue: " + queue);
  return info->consumers;
}

std::size_t TestVhost::redeliveries(const std::string& queue) const {
  const auto document = json::read(management_request(servers_, "GET", "/api/queues/" + name_ + "/" + queue));
  if (!document) throw core::Error("what the broker tells of " + queue + " is not JSON");
  const auto* statistics = document->find("message_stats");
  const auto* count = statistics == nullptr ? nullptr : statistics->find("redeliver");
  return count == nullptr ? 0 : std::stoul(count->number()->text);
}

void TestVhost::declare_queue(const std::string& queue, int max_priority) const {
  AmqpSession(broker(), name_).declare_queue(queue, max_priority);
}

void TestVhost::bind(const std::string& queue, const std::string& exchange, const std::string& routing_key) const {
  AmqpSession(broker(), name_).bind(queue, exchange, routing_key);
}

std::string TestVhost::spy(const std::string& exchange, const std::string& routing_key) const {
  auto queue = unique_name("spy");
  declare_queue(queue);
  bind(queue, exchange, routing_key);
  return queue;
}

void TestVhost::remove_queue(const std::string& queue) const { AmqpSession(broker(), name_).remove_queue(queue); }

void TestVhost::purge(const std::string& queue) const { AmqpSession(broker(), name_).purge(queue); }

std::optional<BrokerMessage> TestVhost::take(const std::string& queue) const {
  return AmqpSession(broker(), name_).get(queue);
}

std::vector<BrokerMessage> TestVhost::take_all(const std::string& queue) const {
  AmqpSession session(broker(), name_);
  std::vector<BrokerMessage> result;
  while (auto message = session.get(queue)) result.push_back(*std::move(message));
  return result;
}

std::vector<BrokerMessage> TestVhost::take_all(const std::string& queue, std::size_t wanted,
                                               core::Deadline deadline) const {
  std::vector<BrokerMessage> result;
  eventually(deadline, [&] {
    std::ranges::move(take_all(queue), std::back_inserter(result));
    return result.size() >= wanted;
  });
  return result;
}

void TestVhost::publish(const std::string& exchange, const std::string& routing_key,
                        const BrokerMessage& message) const {
  AmqpSession(broker(), name_).publish(exchange, routing_key, message);
}

void TestVhost::publish_raw(const std::string& exchange, const std::string& routing_key, const std::string& properties,
                            const std::string& body) const {
  AmqpSession(broker(), name_).publish_raw(exchange, routing_key, properties, body);
}

std::size_t TestVhost::connections() const {
  const auto counted = servers_.eval_in_broker("length(rabbit_connection_tracking:list(<<\"" + name_ + "\">>)).");
  return std::stoul(counted.substr(counted.find_first_of("0123456789")));
}

void TestVhost::close_connections() const {
  servers_.eval_in_broker("rabbit_connection_tracking_handler:close_connections(rabbit_connection_tracking:list(<<\"" +
                          name_ + "\">>), \"closed by the test\", 0).");
}

}  // namespace pizza::test
