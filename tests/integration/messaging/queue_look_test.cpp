#include "messaging/queue_look.hpp"

#include <catch2/catch.hpp>

#include "harness.hpp"
#include "support/eventually.hpp"

namespace pizza::messaging {

TEST_CASE("A look counts what is ready and who consumes, and touches nothing") {
  const test::TestVhost vhost;
  vhost.declare_queue("q", 10);
  vhost.publish("", "q", "a");
  vhost.publish("", "q", "b");
  QueueLook look(endpoint_of(vhost), soon());
  for (int i = 0; i < 2; ++i) {
    const auto state = look.at("q");
    REQUIRE(state);
    CHECK(state->ready == 2);
    CHECK(state->consumers == 0);
  }
  CHECK_FALSE(vhost.take("q").value().redelivered);
  CHECK(look.at("q")->ready == 1);
}

TEST_CASE("A queue that is not there is told, not made, and the next look works") {
  const test::TestVhost vhost;
  vhost.declare_queue("q");
  QueueLook look(endpoint_of(vhost), soon());
  CHECK_FALSE(look.at("nowhere"));
  CHECK(look.at("q"));
  CHECK_FALSE(look.at("nowhere"));
  CHECK_FALSE(vhost.has_queue("nowhere"));
}

TEST_CASE("A look over a lost connection throws, and the next one is over a new one") {
  const test::TestVhost vhost;
  vhost.declare_queue("q");
  QueueLook look(endpoint_of(vhost), soon());
  CHECK(look.at("q"));
  REQUIRE(test::eventually(soon(), [&] { return vhost.connections() > 0; }));
  vhost.close_connections();
  CHECK_THROWS_AS(look.at("q"), BrokerError);
  CHECK(look.at("q"));
}

}  // namespace pizza::messaging
