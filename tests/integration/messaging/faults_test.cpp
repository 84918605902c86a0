#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "support/eventually.hpp"
#include "support/patience.hpp"

namespace pizza::messaging {
namespace {

/// Publishes numbered messages again and again until each was confirmed, as the outbox does.
class Insisting {
 public:
  Insisting(Publisher& publisher, std::string queue) : publisher_(publisher), queue_(std::move(queue)) {}

  bool publish_all(std::size_t count, core::Deadline deadline) {
    for (std::size_t i = 0; i < count; ++i) missing_.change([&](auto& missing) { missing.insert(next_ + i); });
    next_ += count;
    return test::eventually(deadline, [this] {
      for (const auto number : missing_.get()) try_once(number);
      missing_.wait(core::after(100ms), [](const auto& missing) { return missing.empty(); });
      return missing_.get().empty();
    });
  }

 private:
  void try_once(std::size_t number) {
    const bool idle = under_way_.insert(number);
    if (!idle) return;
    auto message = to_queue(queue_, std::to_string(number));
    message.properties.message_id = message.body;
    const bool accepted = publisher_.publish(std::move(message), [this, number](Outcome outcome) {
      under_way_.erase(number);
      if (outcome == Outcome::confirmed) missing_.change([&](auto& missing) { missing.erase(number); });
    });
    if (!accepted) under_way_.erase(number);
  }

  class LockedSet {
   public:
    bool insert(std::size_t number) {
      const std::lock_guard lock(mutex_);
      return set_.insert(number).second;
    }
    void erase(std::size_t number) {
      const std::lock_guard lock(mutex_);
      set_.erase(number);
    }

   private:
    std::mutex mutex_;
    std::set<std::size_t> set_;
  };

  Publisher& publisher_;
  std::string queue_;
  std::size_t next_ = 0;
  Shared<std::set<std::size_t>> missing_;
  LockedSet under_way_;
};

/// Acknowledges all it gets, and remembers what.
struct Reader {
  Shared<std::set<std::string>> bodies;
  Changes changes;
  Consumer consumer;

  explicit Reader(const Endpoint& endpoint)
      : consumer({.endpoint = endpoint,
                  .topology = {},
                  .queues = {"q"},
                  .prefetch = 50,
                  .on_change = changes.note(),
                  .on_delivery =
                      [this](const Delivery& delivery) {
                        bodies.change([&](auto& all) { all.insert(delivery.message.body); });
                        consumer.ack(delivery.tag);
                      }},
                 silent_log()) {
    consumer.start(soon());
  }
  bool has_read(std::size_t count) const {
    return bodies.wait(soon(), [&](const auto& all) { return all.size() == count; });
  }
};

Endpoint quick_to_notice(const test::TestVhost& vhost) {
  auto endpoint = endpoint_of(vhost);
  endpoint.heartbeat = 1s;
  return endpoint;
}

}  // namespace

TEST_CASE("A broker killed under load and started again: publisher and consumer go on, nothing confirmed is lost") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Changes changes;
  Publisher publisher({.endpoint = endpoint_of(vhost), .topology = {}, .on_change = changes.note()}, silent_log());
  publisher.start(soon());
  Reader reader(endpoint_of(vhost));
  Insisting insisting(publisher, "q");
  REQUIRE(insisting.publish_all(500, soon()));

  own_servers().flush_broker();  // else the queue, declared a moment ago, would be forgotten
  own_servers().kill_broker();
  REQUIRE(changes.wait(2));
  CHECK_FALSE(publisher.ready());
  CHECK_FALSE(publisher.publish(to_queue("q", "refused"), [](Outcome) {}));
  own_servers().start_broker();
  REQUIRE(insisting.publish_all(500, core::after(30s)));
  CHECK(reader.has_read(1'000));
  CHECK(publisher.ready());
  publisher.stop(soon());
  reader.consumer.stop(soon());
}

TEST_CASE("A broker that shuts down in order is noticed with its reason") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  const Reader reader(endpoint_of(vhost));
  own_servers().stop_broker();
  REQUIRE(reader.changes.wait(2));
  CHECK(reader.changes.all()[1].second.find("320") != std::string::npos);
  own_servers().start_broker();
  CHECK(reader.changes.wait(3, core::after(30s)));
}

TEST_CASE("A paused broker holds up neither publish nor stop nor the end") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Outcomes outcomes;
  std::size_t accepted = 0;
  Instant stopping;
  {
    Publisher publisher({.endpoint = endpoint_of(vhost), .topology = {}, .on_change = {}}, silent_log());
    publisher.start(soon());
    own_servers().pause_broker();
    const auto start = std::chrono::steady_clock::now();
    // Far more than the sockets' buffers take: the publisher's thread hangs in the library.
    for (int i = 0; i < 2'000; ++i) {
      accepted += publisher.publish(to_queue("q", std::string(20'000, 'x')), outcomes.note()) ? 1 : 0;
    }
    CHECK(since(start) < test::patient(2s));
    stopping = std::chrono::steady_clock::now();
    publisher.stop(core::after(1s));
    CHECK(since(stopping) < test::patient(1'600ms));
  }
  CHECK(since(stopping) < test::patient(3s));
  own_servers().resume_broker();
  CHECK(accepted == 2'000);
  CHECK(outcomes.all() == accepted);
  CHECK(outcomes.of(Outcome::unknown) == accepted);
}

TEST_CASE("A thread that hangs in the library is freed, and connects again when the broker goes on") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Outcomes outcomes;
  Changes changes;
  Publisher publisher({.endpoint = endpoint_of(vhost),
                       .topology = {},
                       .confirm_timeout = 60s,  // so that it is not this that frees it
                       .on_change = changes.note()},
                      silent_log());
  publisher.start(soon());
  own_servers().pause_broker();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2'000; ++i) {
    REQUIRE(publisher.publish(to_queue("q", std::string(20'000, 'x')), outcomes.note()));
  }
  CHECK(outcomes.wait(2'000));
  CHECK(since(start) < 10s);
  CHECK_FALSE(publisher.ready());
  own_servers().resume_broker();
  CHECK(changes.wait(3, core::after(30s)));
  CHECK(test::eventually(soon(), [&] { return publisher.ready(); }));
}

TEST_CASE("A silent broker is noticed by confirms that do not come") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Outcomes outcomes;
  Publisher publisher({.endpoint = endpoint_of(vhost), .topology = {}, .confirm_timeout = 2s, .on_change = {}},
                      silent_log());
  publisher.start(soon());
  own_servers().pause_broker();
  REQUIRE(publisher.publish(to_queue("q", "x"), outcomes.note()));
  CHECK(outcomes.wait(1, core::after(5s)));
  CHECK(outcomes.of(Outcome::unknown) == 1);
  own_servers().resume_broker();
  CHECK(test::eventually(core::after(30s), [&] { return publisher.ready(); }));
}

TEST_CASE("A silent broker is noticed by heartbeats that do not come, and a stop meanwhile is in time") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  const Reader reader(quick_to_notice(vhost));
  Reader stopped(quick_to_notice(vhost));
  own_servers().pause_broker();
  const auto start = std::chrono::steady_clock::now();
  stopped.consumer.stop(core::after(500ms));
  CHECK(since(start) < test::patient(1s));
  CHECK(reader.changes.wait(2, core::after(6s)));
  CHECK_FALSE(reader.consumer.connected());
  own_servers().resume_broker();
  CHECK(reader.changes.wait(3, core::after(30s)));
}

TEST_CASE("Under a memory alarm the publisher is not ready, the consumer goes on, and all ends well") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Changes changes;
  Outcomes before;
  Outcomes during;
  Publisher publisher({.endpoint = endpoint_of(vhost), .topology = {}, .on_change = changes.note()}, silent_log());
  publisher.start(soon());
  for (int i = 0; i < 100; ++i) REQUIRE(publisher.publish(to_queue("q", std::to_string(i)), before.note()));
  REQUIRE(before.wait(100));

  own_servers().broker_alarm(true);
  REQUIRE(publisher.publish(to_queue("q", "late"), during.note()));
  CHECK(test::eventually(soon(), [&] { return !publisher.ready(); }));
  const Reader reader(endpoint_of(vhost));
  CHECK(reader.has_read(100));
  CHECK(during.all() == 0);

  own_servers().broker_alarm(false);
  CHECK(during.wait(1));
  CHECK(during.of(Outcome::confirmed) == 1);
  CHECK(test::eventually(soon(), [&] { return publisher.ready(); }));
  CHECK(reader.has_read(101));
  CHECK(changes.all().size() == 1);
}

TEST_CASE("An alarm that outlasts the confirm timeout answers unknown and keeps the connection, still not ready") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Changes changes;
  Outcomes outcomes;
  Publisher publisher(
      {.endpoint = endpoint_of(vhost), .topology = {}, .confirm_timeout = 1s, .on_change = changes.note()},
      silent_log());
  publisher.start(soon());
  own_servers().broker_alarm(true);
  for (int i = 0; i < 100; ++i) REQUIRE(publisher.publish(to_queue("q", "x"), outcomes.note()));
  CHECK(outcomes.wait(100));
  CHECK(outcomes.of(Outcome::unknown) == 100);
  CHECK_FALSE(publisher.ready());
  own_servers().broker_alarm(false);
  CHECK(test::eventually(soon(), [&] { return publisher.ready(); }));
  Outcomes later;
  REQUIRE(publisher.publish(to_queue("q", "y"), later.note()));
  CHECK(later.wait(1));
  CHECK(later.of(Outcome::confirmed) == 1);
  CHECK(outcomes.all() == 100);
  CHECK(changes.all().size() == 1);
}

}  // namespace pizza::messaging
