#include <map>
#include <vector>

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "support/eventually.hpp"

namespace pizza::messaging {
namespace {

using Failures = std::map<PublishFailure, int>;

/// What a publisher told.
struct Told {
  Shared<std::vector<double>> confirmed;
  Shared<Failures> failed;
  Shared<std::vector<bool>> blocked;

  PublisherOptions options(const test::TestVhost& vhost) {
    PublisherOptions options{.endpoint = endpoint_of(vhost)};
    options.observer = {
        .on_confirmed = [this](auto time) { confirmed.change([&](auto& all) { all.push_back(time.count()); }); },
        .on_failed = [this](PublishFailure failure) { failed.change([&](auto& all) { ++all[failure]; }); },
        .on_blocked = [this](bool is) { blocked.change([&](auto& all) { all.push_back(is); }); }};
    return options;
  }
};

}  // namespace

TEST_CASE("An observer is told of confirms with their time, and of what was not taken with its reason") {
  const test::TestVhost vhost;
  vhost.declare_queue("here");
  Told told;
  Outcomes outcomes;
  auto options = told.options(vhost);
  options.max_waiting = 20;
  Publisher publisher(options, silent_log());
  CHECK_FALSE(publisher.publish(to_queue("here", "early"), outcomes.note()));
  CHECK(told.failed.get() == Failures{{PublishFailure::connection, 1}});
  publisher.start(soon());
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) REQUIRE(publisher.publish(to_queue("here", "x"), outcomes.note()));
  REQUIRE(outcomes.wait(10));
  const std::chrono::duration<double> at_most = std::chrono::steady_clock::now() - start;
  REQUIRE(told.confirmed.get().size() == 10);
  for (const auto took : told.confirmed.get()) {
    CHECK(took > 0);
    CHECK(took <= at_most.count());
  }

  auto oversized = to_queue("here", "x");
  oversized.properties.correlation_id = std::string(256, 'c');
  REQUIRE(publisher.publish(oversized, outcomes.note()));
  REQUIRE(publisher.publish(to_queue("nowhere", "x"), outcomes.note()));
  REQUIRE(outcomes.wait(12));
  CHECK(told.failed.get() ==
        Failures{{PublishFailure::returned, 1}, {PublishFailure::nacked, 1}, {PublishFailure::connection, 1}});

  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += publisher.publish(to_queue("here", "x"), outcomes.note()) ? 0 : 1;
  CHECK(refused > 0);
  CHECK(told.failed.get()[PublishFailure::unconfirmed] == refused);
  publisher.stop(soon());
  CHECK(told.confirmed.get().size() == 10 + 1000 - static_cast<std::size_t>(refused));
}

TEST_CASE("An observer tells a broker that owes confirms from one that is gone") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Told told;
  Outcomes outcomes;
  auto options = told.options(vhost);
  options.confirm_timeout = 2s;
  Publisher publisher(options, silent_log());
  publisher.start(soon());
  own_servers().pause_broker();
  REQUIRE(publisher.publish(to_queue("q", "x"), outcomes.note()));
  CHECK(outcomes.wait(1));
  CHECK(told.failed.get() == Failures{{PublishFailure::unconfirmed, 1}});
  own_servers().resume_broker();
  REQUIRE(test::eventually(core::after(30s), [&] { return publisher.ready(); }));
  // The broker ends the connection for this.
  REQUIRE(publisher.publish({.exchange = "no_such_exchange", .routing_key = "x", .body = "x", .properties = {}},
                            outcomes.note()));
  CHECK(outcomes.wait(2));
  CHECK(told.failed.get() == Failures{{PublishFailure::unconfirmed, 1}, {PublishFailure::connection, 1}});
}

TEST_CASE("An observer is told when an alarm begins and ends, and of what it outlasts") {
  const test::TestVhost vhost(own_servers());
  vhost.declare_queue("q");
  Told told;
  Outcomes outcomes;
  auto options = told.options(vhost);
  options.confirm_timeout = 1s;
  Publisher publisher(options, silent_log());
  publisher.start(soon());
  own_servers().broker_alarm(true);
  for (int i = 0; i < 10; ++i) REQUIRE(publisher.publish(to_queue("q", "x"), outcomes.note()));
  CHECK(outcomes.wait(10));
  CHECK(told.blocked.get() == std::vector{true});
  CHECK(told.failed.get() == Failures{{PublishFailure::unconfirmed, 10}});
  own_servers().broker_alarm(false);
  CHECK(told.blocked.wait(soon(), [](const auto& all) { return all.size() == 2; }));
  CHECK(told.blocked.get() == std::vector{true, false});
}

}  // namespace pizza::messaging
