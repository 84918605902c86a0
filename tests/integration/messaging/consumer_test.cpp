#include <algorithm>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "support/eventually.hpp"

namespace pizza::messaging {
namespace {

struct Consuming {
  test::TestVhost vhost;
  Deliveries deliveries;
  Changes changes;

  ConsumerOptions options(std::vector<std::string> queues, std::uint16_t prefetch) {
    for (const auto& queue : queues) {
      if (!vhost.has_queue(queue)) vhost.declare_queue(queue);
    }
    return {.endpoint = endpoint_of(vhost),
            .topology = {},
            .queues = std::move(queues),
            .prefetch = prefetch,
            .on_change = changes.note(),
            .on_delivery = deliveries.note()};
  }
  void fill(const std::string& queue, std::size_t count) const {
    Publisher publisher({.endpoint = endpoint_of(vhost), .topology = {}, .on_change = {}}, silent_log());
    publisher.start(soon());
    Outcomes outcomes;
    for (std::size_t i = 0; i < count; ++i)
      REQUIRE(publisher.publish(to_queue(queue, std::to_string(i)), outcomes.note()));
    publisher.stop(soon());
    REQUIRE(outcomes.of(Outcome::confirmed) == count);
  }
  /// True when the broker holds exactly `count` messages of the queue ready, nobody's.
  bool back_in(const std::string& queue, std::size_t count) const {
    return test::eventually(soon(), [&] { return vhost.count(queue) == count; });
  }
};

}  // namespace

TEST_CASE_METHOD(Consuming, "A delivery carries body, properties, queue and routing") {
  vhost.declare_queue("q");
  vhost.publish("", "q",
                {.body = "{}",
                 .content_type = "application/json",
                 .delivery_mode = 2,
                 .priority = 7,
                 .message_id = "42",
                 .correlation_id = "req-1",
                 .timestamp = 1'734'343'920,
                 .type = "order.created",
                 .app_id = "order-service",
                 .headers = {{"x-error", "bad"}}});
  vhost.publish("", "q", "bare");
  Consumer consumer(options({"q"}, 10), silent_log());
  consumer.start(soon());
  REQUIRE(consumer.connected());
  REQUIRE(deliveries.wait(2));
  const auto all = deliveries.all();
  CHECK(all[0].queue == "q");
  CHECK_FALSE(all[0].redelivered);
  CHECK(all[0].message.body == "{}");
  CHECK(all[0].message.exchange.empty());
  CHECK(all[0].message.routing_key == "q");
  const auto& properties = all[0].message.properties;
  CHECK(properties.content_type == "application/json");
  CHECK(properties.delivery_mode == 2);
  CHECK(properties.priority == std::uint8_t{7});
  CHECK(properties.message_id == "42");
  CHECK(properties.correlation_id == "req-1");
  CHECK((properties.timestamp == std::chrono::sys_seconds{1'734'343'920s}));
  CHECK(properties.type == "order.created");
  CHECK(properties.app_id == "order-service");
  CHECK(properties.headers.at("x-error") == "bad");
  CHECK(all[1].message.body == "bare");
  CHECK(all[1].message.properties.message_id.empty());
  CHECK_FALSE(all[1].message.properties.priority);
}

TEST_CASE_METHOD(Consuming, "Messages larger than a frame are delivered whole, and so are their neighbours") {
  vhost.declare_queue("q");
  std::vector<std::string> sent;
  for (const std::size_t size : {0, 1, 131'064, 131'065, 1'000'000, 7}) sent.emplace_back(size, 'x');
  for (const auto& body : sent) vhost.publish("", "q", body);
  Consumer consumer(options({"q"}, 10), silent_log());
  consumer.start(soon());
  REQUIRE(deliveries.wait(sent.size()));
  CHECK((deliveries.bodies() == sent));  // not expanded: nobody reads a megabyte of x
}

TEST_CASE_METHOD(Consuming, "The prefetch is over all queues together, and acknowledging makes room") {
  const std::vector<std::string> queues{"a", "b", "c", "d"};
  Consumer consumer(options(queues, 3), silent_log());
  for (const auto& queue : queues) fill(queue, 5);
  consumer.start(soon());
  REQUIRE(deliveries.wait(3));
  std::size_t left = 0;
  for (const auto& queue : queues) left += vhost.count(queue);
  CHECK(left == 17);
  consumer.ack(deliveries.all()[1].tag);
  REQUIRE(deliveries.wait(4));
  consumer.stop(soon());
  CHECK(deliveries.count() == 4);
}

TEST_CASE_METHOD(Consuming, "The prefetch can be raised and lowered while messages flow, and none is lost") {
  Consumer consumer(options({"q"}, 1), silent_log());
  fill("q", 200);
  consumer.start(soon());
  REQUIRE(deliveries.wait(1));
  consumer.set_prefetch(50);
  REQUIRE(deliveries.wait(50));
  consumer.set_prefetch(20);
  for (std::size_t acked = 0; acked < 200; ++acked) {
    REQUIRE(deliveries.wait(acked + 1));
    if (acked % 10 == 0) consumer.set_prefetch(static_cast<std::uint16_t>(20 + acked % 7));
    consumer.ack(deliveries.all()[acked].tag);
  }
  consumer.stop(soon());
  CHECK(deliveries.count() == 200);
  CHECK(vhost.count("q") == 0);
}

TEST_CASE_METHOD(Consuming, "Within a queue 10 comes before 5 before 1") {
  vhost.declare_queue("kitchen", 10);
  for (const int priority : {1, 5, 10, 1, 10, 5}) {
    vhost.publish("", "kitchen", test::BrokerMessage{.body = std::to_string(priority), .priority = priority});
  }
  Consumer consumer(options({"kitchen"}, 1), silent_log());
  consumer.start(soon());
  for (std::size_t i = 0; i < 6; ++i) {
    REQUIRE(deliveries.wait(i + 1));
    consumer.ack(deliveries.all()[i].tag);
  }
  CHECK(deliveries.bodies() == std::vector<std::string>{"10", "10", "5", "5", "1", "1"});
}

TEST_CASE_METHOD(Consuming, "Acknowledged in any order, exactly those messages are gone") {
  constexpr int kCount = 1'000;
  Consumer consumer(options({"q"}, kCount), silent_log());
  fill("q", kCount);
  consumer.start(soon());
  REQUIRE(deliveries.wait(kCount));
  auto all = deliveries.all();
  std::shuffle(all.begin(), all.end(), std::mt19937{42});
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 5 == 0) {
      kept.push_back(all[i].message.body);
    } else {
      consumer.ack(all[i].tag);
    }
    if (i % 100 == 99) std::this_thread::yield();
  }
  consumer.stop(soon());
  REQUIRE(back_in("q", kept.size()));
  std::vector<std::string> found;
  for (const auto& message : vhost.take_all("q")) found.push_back(message.body);
  std::ranges::sort(found);
  std::ranges::sort(kept);
  CHECK(found == kept);
}

TEST_CASE_METHOD(Consuming, "Acknowledging twice, or what was never delivered, harms nothing") {
  Consumer consumer(options({"q"}, 10), silent_log());
  fill("q", 3);
  consumer.start(soon());
  REQUIRE(deliveries.wait(3));
  const auto first = deliveries.all()[0].tag;
  for (int i = 0; i < 3; ++i) consumer.ack(first);
  consumer.nack_requeue(first);
  consumer.ack({.generation = first.generation, .number = 999});
  consumer.ack({.generation = first.generation, .number = 0});
  fill("q", 1);
  REQUIRE(deliveries.wait(4));
  consumer.stop(soon());
  CHECK(changes.all().size() == 1);
  CHECK(back_in("q", 3));
}

TEST_CASE_METHOD(Consuming, "A requeued message comes again, redelivered") {
  Consumer consumer(options({"q"}, 1), silent_log());
  fill("q", 1);
  consumer.start(soon());
  REQUIRE(deliveries.wait(1));
  consumer.nack_requeue(deliveries.all()[0].tag);
  REQUIRE(deliveries.wait(2));
  CHECK(deliveries.all()[1].redelivered);
}

TEST_CASE_METHOD(Consuming, "After a connection loss unacknowledged messages come again and stale acks do nothing") {
  Consumer consumer(options({"q"}, 10), silent_log());
  fill("q", 2);
  consumer.start(soon());
  REQUIRE(deliveries.wait(2));
  const auto stale = deliveries.all();
  vhost.close_connections();
  REQUIRE(deliveries.wait(4));
  const auto all = deliveries.all();
  CHECK(all[2].redelivered);
  CHECK(all[3].redelivered);
  CHECK(all[2].tag.generation > stale[0].tag.generation);
  const auto seen = changes.all();
  REQUIRE(seen.size() == 3);
  CHECK_FALSE(seen[1].first);
  CHECK_FALSE(seen[1].second.empty());

  for (const auto& delivery : stale) consumer.ack(delivery.tag);
  consumer.ack(all[2].tag);
  consumer.stop(soon());
  CHECK(back_in("q", 1));
}

TEST_CASE_METHOD(Consuming, "After a cancel nothing is delivered, what was can be acknowledged, the rest stays") {
  Consumer consumer(options({"a", "b"}, 5), silent_log());
  fill("a", 20);
  fill("b", 20);
  consumer.start(soon());
  REQUIRE(deliveries.wait(5));
  consumer.cancel(soon());
  const auto taken = deliveries.all();
  CHECK(vhost.consumers("a") == 0);
  CHECK(vhost.consumers("b") == 0);
  for (const auto& delivery : taken) consumer.ack(delivery.tag);
  consumer.stop(soon());
  CHECK(deliveries.count() == taken.size());
  CHECK(test::eventually(soon(), [&] { return vhost.count("a") + vhost.count("b") == 40 - taken.size(); }));
}

TEST_CASE_METHOD(Consuming, "A cancel in the middle of a stream gives back what was on its way") {
  constexpr std::size_t kCount = 3'000;
  Shared<std::size_t> given;
  auto streaming = options({"q"}, 500);
  fill("q", kCount);
  Consumer* self = nullptr;
  streaming.on_delivery = [&](const Delivery& delivery) {
    given.change([](auto& count) { ++count; });
    self->ack(delivery.tag);
  };
  Consumer consumer(streaming, silent_log());
  self = &consumer;
  consumer.start(soon());
  REQUIRE(given.wait(soon(), [](auto count) { return count >= 50; }));
  consumer.cancel(soon());
  const auto at_cancel = given.get();
  REQUIRE(at_cancel < kCount);
  CHECK(back_in("q", kCount - at_cancel));
  CHECK(consumer.connected());
  CHECK(given.get() == at_cancel);
}

TEST_CASE_METHOD(Consuming, "A cancel without time to wait for the broker silences all the same") {
  Shared<std::size_t> given;
  auto streaming = options({"q"}, 500);
  fill("q", 3'000);
  Consumer* self = nullptr;
  streaming.on_delivery = [&](const Delivery& delivery) {
    given.change([](auto& count) { ++count; });
    self->ack(delivery.tag);
  };
  Consumer consumer(streaming, silent_log());
  self = &consumer;
  consumer.start(soon());
  REQUIRE(given.wait(soon(), [](auto count) { return count >= 50; }));
  consumer.cancel(core::after(0s));
  const auto at_cancel = given.get();
  CHECK(test::eventually(soon(), [&] { return vhost.consumers("q") == 0; }));
  CHECK(back_in("q", 3'000 - at_cancel));
  CHECK(given.get() == at_cancel);
}

TEST_CASE_METHOD(Consuming, "On a stop unacknowledged messages go back and those just acknowledged do not") {
  Consumer consumer(options({"q"}, 10), silent_log());
  fill("q", 10);
  consumer.start(soon());
  REQUIRE(deliveries.wait(10));
  const auto all = deliveries.all();
  for (std::size_t i = 0; i < 4; ++i) consumer.ack(all[i].tag);
  consumer.stop(soon());
  CHECK_FALSE(consumer.connected());
  CHECK(back_in("q", 6));
  CHECK(changes.all().size() == 1);
  consumer.stop(soon());
}

TEST_CASE_METHOD(Consuming, "A queue deleted under a consumer is declared and consumed again") {
  auto declaring = options({}, 10);
  declaring.topology = {.exchanges = {}, .queues = {{.name = "q", .max_priority = 10}}, .bindings = {}};
  declaring.queues = {"q"};
  Consumer consumer(declaring, silent_log());
  consumer.start(soon());
  vhost.remove_queue("q");
  REQUIRE(changes.wait(3));
  CHECK_FALSE(changes.all()[1].first);
  CHECK(changes.all()[1].second.find("'q'") != std::string::npos);
  fill("q", 1);
  CHECK(deliveries.wait(1));
}

}  // namespace pizza::messaging
