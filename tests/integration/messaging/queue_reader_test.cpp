#include "messaging/queue_reader.hpp"

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "support/eventually.hpp"
#include "support/names.hpp"

namespace pizza::messaging {
namespace {

struct Reading {
  test::TestVhost vhost;

  Reading() { vhost.declare_queue("q"); }
  QueueReaderOptions options() const { return {.endpoint = endpoint_of(vhost), .topology = {}, .queue = "q"}; }
  void put(std::initializer_list<const char*> bodies) const {
    for (const auto* body : bodies) vhost.publish("", "q", body);
  }
  std::string rest() const {
    std::string bodies;
    for (const auto& message : vhost.take_all("q")) bodies += message.body;
    return bodies;
  }
};

}  // namespace

TEST_CASE_METHOD(Reading, "A reader takes messages one by one, with body and properties, until none waits") {
  QueueReader reader(options(), soon());
  CHECK(reader.waiting() == 0);
  CHECK_FALSE(reader.next());
  vhost.publish("", "q",
                {.body = "first",
                 .content_type = "text/plain",
                 .priority = 3,
                 .message_id = "m-1",
                 .correlation_id = "req-1",
                 .headers = {{"x-error", "bad"}}});
  const std::string large(300'000, 'x');
  vhost.publish("", "q", large);
  put({""});
  CHECK(reader.waiting() == 3);
  const auto first = reader.next();
  REQUIRE(first);
  CHECK(first->queue == "q");
  CHECK(first->message.body == "first");
  CHECK(first->message.routing_key == "q");
  CHECK(first->message.properties.content_type == "text/plain");
  CHECK(first->message.properties.priority == 3);
  CHECK(first->message.properties.message_id == "m-1");
  CHECK(first->message.properties.headers.at("x-error") == "bad");
  CHECK(reader.waiting() == 2);
  CHECK(reader.next()->message.body == large);
  CHECK(reader.next()->message.body.empty());
  CHECK_FALSE(reader.next());
}

TEST_CASE_METHOD(Reading, "What is acknowledged is gone, what is put back is in its old place") {
  put({"a", "b", "c", "d"});
  QueueReader reader(options(), soon());
  const auto a = reader.next();
  const auto b = reader.next();
  const auto c = reader.next();
  reader.ack(b->tag);
  reader.requeue(a->tag);
  CHECK(test::eventually(soon(), [&] { return reader.waiting() == 2; }));
  CHECK(reader.next()->message.body == "a");
  CHECK(reader.close(soon()));
  CHECK(test::eventually(soon(), [&] { return vhost.count("q") == 3; }));
  CHECK(rest() == "acd");
}

TEST_CASE_METHOD(Reading, "All that was taken goes back at once, and whatever ends the reader") {
  put({"a", "b", "c", "d"});
  {
    QueueReader reader(options(), soon());
    while (reader.next()) {
    }
    reader.requeue_all();
    CHECK(test::eventually(soon(), [&] { return reader.waiting() == 4; }));
    while (reader.next()) {
    }
    vhost.close_connections();
    CHECK_THROWS_AS(reader.waiting(), BrokerError);
    CHECK_THROWS_AS(reader.next(), BrokerError);
    CHECK_FALSE(reader.close(soon()));
  }
  CHECK(test::eventually(soon(), [&] { return vhost.count("q") == 4; }));
  {
    CHECK(QueueReader(options(), soon()).next()->message.body == "a");
  }
  CHECK(test::eventually(soon(), [&] { return vhost.count("q") == 4; }));
  CHECK(rest() == "abcd");
}

TEST_CASE_METHOD(Reading, "A queue that is not there is an error; one of the topology is declared") {
  auto missing = options();
  missing.queue = "none";
  QueueReader reader(missing, soon());
  CHECK_THROWS_AS(reader.waiting(), BrokerError);
  missing.topology.queues.push_back({.name = "none"});
  CHECK(QueueReader(missing, soon()).waiting() == 0);
}

TEST_CASE_METHOD(Reading, "A broker that is not there is tried until the deadline, or until asked to stop") {
  auto unreachable = options();
  unreachable.endpoint.hosts = {{"127.0.0.1", test::free_port()}};
  CHECK_THROWS_AS(QueueReader(unreachable, core::after(1s)), BrokerError);
  int pauses = 0;
  unreachable.pause = [&](auto) { return ++pauses == 3; };
  CHECK_THROWS_AS(QueueReader(unreachable, core::after(600s)), BrokerError);
  CHECK(pauses == 3);
  CHECK_THROWS_AS(declare(unreachable.endpoint, {}, core::after(600s), [](auto) { return true; }), BrokerError);
}

TEST_CASE("A call to a broker that stopped answering ends within seconds") {
  auto& servers = own_servers();
  test::TestVhost vhost(servers);
  vhost.declare_queue("q");
  QueueReader reader({.endpoint = endpoint_of(vhost), .topology = {}, .queue = "q"}, soon());
  servers.pause_broker();
  const auto since = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(reader.next(), BrokerError);
  CHECK(std::chrono::steady_clock::now() - since < 15s);
  servers.resume_broker();
}

}  // namespace pizza::messaging
