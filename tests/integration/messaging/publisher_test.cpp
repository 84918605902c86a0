#include <catch2/catch.hpp>

#include "harness.hpp"
#include "support/eventually.hpp"
#include "support/management_api.hpp"

namespace pizza::messaging {
namespace {

struct Publishing {
  test::TestVhost vhost;
  Outcomes outcomes;
  Changes changes;

  PublisherOptions options(Topology topology = {}) {
    return {.endpoint = endpoint_of(vhost), .topology = std::move(topology), .on_change = changes.note()};
  }
};

}  // namespace

TEST_CASE_METHOD(Publishing, "A published message is in the queue with all its properties when it is confirmed") {
  Publisher publisher(options({.exchanges = {{"orders_topic", "topic"}},
                               .queues = {{.name = "kitchen", .max_priority = 10}},
                               .bindings = {{"kitchen", "orders_topic", "kitchen.#"}}}),
                      silent_log());
  publisher.start(soon());
  REQUIRE(publisher.ready());

  const std::chrono::sys_seconds sent{1'734'343'920s};
  REQUIRE(publisher.publish({.exchange = "orders_topic",
                             .routing_key = "kitchen.takeout.5",
                             .body = R"({"order_number":"ORD_20241216_001"})",
                             .properties = {.priority = 5,
                                            .message_id = "42",
                                            .correlation_id = "req-1",
                                            .timestamp = sent,
                                            .type = "order.created",
                                            .app_id = "order-service",
                                            .headers = {{"traceparent", "00-ab-cd-01"}, {"empty", ""}}}},
                            outcomes.note()));
  REQUIRE(outcomes.wait(1));
  CHECK(outcomes.of(Outcome::confirmed) == 1);

  const auto message = vhost.take("kitchen");
  REQUIRE(message);
  CHECK(message->body == R"({"order_number":"ORD_20241216_001"})");
  CHECK(message->exchange == "orders_topic");
  CHECK(message->routing_key == "kitchen.takeout.5");
  CHECK(message->content_type == "application/json");
  CHECK(message->delivery_mode == 2);
  CHECK(message->priority == 5);
  CHECK(message->message_id == "42");
  CHECK(message->correlation_id == "req-1");
  CHECK(message->timestamp == 1'734'343'920);
  CHECK(message->type == "order.created");
  CHECK(message->app_id == "order-service");
  CHECK(message->headers == std::map<std::string, std::string>{{"traceparent", "00-ab-cd-01"}, {"empty", ""}});
}

TEST_CASE_METHOD(Publishing, "A message that no queue takes is returned, and its neighbours are confirmed") {
  vhost.declare_queue("here");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  Outcomes lost;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(publisher.publish(to_queue("here", "kept"), outcomes.note()));
    REQUIRE(publisher.publish(to_queue("nowhere", "lost"), lost.note()));
  }
  REQUIRE(outcomes.wait(50));
  REQUIRE(lost.wait(50));
  CHECK(outcomes.of(Outcome::confirmed) == 50);
  CHECK(lost.of(Outcome::returned) == 50);
  CHECK(vhost.count("here") == 50);
}

TEST_CASE_METHOD(Publishing, "A message that a full queue refuses is nacked") {
  vhost.declare_queue("full");
  test::management_request(test::Servers::shared(), "PUT", "/api/policies/" + vhost.name() + "/short",
                           R"({"pattern":"^full$","definition":{"max-length":1,"overflow":"reject-publish"}})");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  // The policy takes a moment to reach the queue: publish until it refuses.
  REQUIRE(test::eventually(soon(), [&] {
    const auto answered = outcomes.all();
    return publisher.publish(to_queue("full", "x"), outcomes.note()) && outcomes.wait(answered + 1) &&
           outcomes.of(Outcome::nacked) > 0;
  }));
}

TEST_CASE_METHOD(Publishing, "Ten thousand pipelined messages are each confirmed once and arrive once, in order") {
  constexpr std::size_t kCount = 10'000;
  vhost.declare_queue("many");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  std::vector<int> answers(kCount);  // touched by the publisher's thread only until `outcomes` says that all is there
  for (std::size_t i = 0; i < kCount; ++i) {
    REQUIRE(publisher.publish(to_queue("many", std::to_string(i)), [&, i, note = outcomes.note()](Outcome outcome) {
      ++answers[i];
      note(outcome);
    }));
  }
  REQUIRE(outcomes.wait(kCount));
  publisher.stop(soon());
  CHECK(outcomes.of(Outcome::confirmed) == kCount);
  CHECK(answers == std::vector<int>(kCount, 1));
  const auto arrived = vhost.take_all("many");
  REQUIRE(arrived.size() == kCount);
  std::size_t in_order = 0;
  while (in_order < kCount && arrived[in_order].body == std::to_string(in_order)) ++in_order;
  CHECK(in_order == kCount);
}

TEST_CASE_METHOD(Publishing, "Messages larger than a frame arrive whole") {
  vhost.declare_queue("large");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  const std::vector<std::size_t> sizes{0, 1, 131'064, 131'065, 1'000'000};
  for (const auto size : sizes) REQUIRE(publisher.publish(to_queue("large", std::string(size, 'x')), outcomes.note()));
  REQUIRE(outcomes.wait(sizes.size()));
  for (const auto size : sizes) {
    const auto message = vhost.take("large");
    REQUIRE(message);
    CHECK(message->body.size() == size);
  }
}

TEST_CASE_METHOD(Publishing, "A message that AMQP cannot carry is answered nacked and harms no other") {
  vhost.declare_queue("here");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  auto oversized = to_queue("here", "x");
  oversized.properties.correlation_id = std::string(256, 'c');
  Outcomes refused;
  REQUIRE(publisher.publish(oversized, refused.note()));
  REQUIRE(publisher.publish(to_queue("here", "y"), outcomes.note()));
  REQUIRE(refused.wait(1));
  REQUIRE(outcomes.wait(1));
  CHECK(refused.of(Outcome::nacked) == 1);
  CHECK(outcomes.of(Outcome::confirmed) == 1);
  CHECK(changes.all().size() == 1);
}

TEST_CASE_METHOD(Publishing, "A missing exchange costs a reconnection with a pause, not a hot loop, and no answer") {
  vhost.declare_queue("here");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  REQUIRE(publisher.publish({.exchange = "no_such_exchange", .routing_key = "x", .body = "x", .properties = {}},
                            outcomes.note()));
  REQUIRE(outcomes.wait(1));
  CHECK(outcomes.of(Outcome::unknown) == 1);
  REQUIRE(changes.wait(3));
  const auto seen = changes.all();
  CHECK(seen[0].first);
  CHECK_FALSE(seen[1].first);
  CHECK(seen[1].second.find("no_such_exchange") != std::string::npos);
  CHECK(seen[2].first);
  Outcomes later;
  REQUIRE(publisher.publish(to_queue("here", "y"), later.note()));
  REQUIRE(later.wait(1));
  CHECK(later.of(Outcome::confirmed) == 1);
}

TEST_CASE_METHOD(Publishing,
                 "A message that is published again and again to a missing exchange is tried ever less often") {
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  const auto end = core::after(3s);
  while (std::chrono::steady_clock::now() < end) {
    const auto answered = outcomes.all();
    const bool accepted = publisher.publish(
        {.exchange = "no_such_exchange", .routing_key = "x", .body = "x", .properties = {}}, outcomes.note());
    if (accepted) {
      REQUIRE(outcomes.wait(answered + 1));
    } else {
      changes.wait(changes.all().size() + 1, end);
    }
  }
  CHECK(outcomes.all() >= 3);
  CHECK(outcomes.all() <= 8);  // after 0.1, 0.3, 0.7, 1.5 and 3.1 s
}

TEST_CASE_METHOD(Publishing, "A publisher whose connections are closed connects again and declares again") {
  const Topology topology{.exchanges = {{"x", "fanout"}}, .queues = {{.name = "q"}}, .bindings = {{"q", "x", ""}}};
  Publisher publisher(options(topology), silent_log());
  publisher.start(soon());
  vhost.remove_queue("q");
  vhost.close_connections();
  REQUIRE(changes.wait(3));
  CHECK(vhost.has_queue("q"));
  REQUIRE(publisher.publish({.exchange = "x", .routing_key = "", .body = "y", .properties = {}}, outcomes.note()));
  REQUIRE(outcomes.wait(1));
  CHECK(outcomes.of(Outcome::confirmed) == 1);
}

TEST_CASE_METHOD(Publishing, "No more messages are accepted than may wait, nor after a stop or before a start") {
  vhost.declare_queue("here");
  auto few = options();
  few.max_waiting = 1;
  Publisher publisher(few, silent_log());
  CHECK_FALSE(publisher.publish(to_queue("here", "early"), outcomes.note()));
  publisher.start(soon());

  std::size_t accepted = 0;
  for (int i = 0; i < 100; ++i) accepted += publisher.publish(to_queue("here", "x"), outcomes.note()) ? 1 : 0;
  CHECK(accepted < 100);
  publisher.stop(soon());
  CHECK(outcomes.all() == accepted);
  CHECK(outcomes.of(Outcome::confirmed) == accepted);
  CHECK_FALSE(publisher.ready());
  CHECK_FALSE(publisher.publish(to_queue("here", "late"), outcomes.note()));
  CHECK(outcomes.all() == accepted);
}

TEST_CASE_METHOD(Publishing, "Messages published from inside an answer are answered too") {
  vhost.declare_queue("here");
  Publisher publisher(options(), silent_log());
  publisher.start(soon());
  REQUIRE(publisher.publish(to_queue("here", "first"), [&](Outcome) {
    if (!publisher.publish(to_queue("here", "second"), outcomes.note())) outcomes.note()(Outcome::unknown);
  }));
  REQUIRE(outcomes.wait(1));
  CHECK(outcomes.of(Outcome::confirmed) == 1);
}

}  // namespace pizza::messaging
