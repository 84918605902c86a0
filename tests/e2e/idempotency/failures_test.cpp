#include <csignal>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "e2e/order/behind_proxy.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/tcp_proxy.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

const http::Client::Headers kKey{{"Idempotency-Key", "key"}};

Answer post(const Service& orders) { return post_order(orders.port, takeout_order(), kKey); }

void check_replay(const Answer& again, const std::string& number) {
  INFO(again.body);
  CHECK(again.status == 200);
  CHECK(again.header("idempotent-replayed") == "true");
  CHECK(again.number() == number);
}

}  // namespace

TEST_CASE("killed between the commit and the answer: the next instance gives the answer, and the order is published") {
  BehindProxy here;
  here.proxy.cut_after_client_sends("COMMIT", TcpProxy::Then::block);
  Answer lost;
  {
    const std::jthread client([&] { lost = post(here.orders); });
    CHECK(eventually(core::after(10s), [&] { return here.proxy.cuts() == 1; }));
    here.orders.process.signal(SIGKILL);
  }
  CHECK(lost.status == 0);
  REQUIRE(here.stored() == "1");
  const auto& next = here.restaurant.start_order_service();
  check_replay(post(next), "ORD_" + today() + "_001");
  CHECK(here.stored() == "1");
  CHECK(eventually(core::after(30s), [&] { return here.restaurant.vhost().count("kitchen_takeout_queue") == 1; }));
}

TEST_CASE("a commit in doubt that happened is the first answer, and is replayed as it was") {
  BehindProxy here;
  here.proxy.cut_after_client_sends("COMMIT");
  const auto first = post(here.orders);
  CHECK(here.proxy.cuts() == 1);
  REQUIRE(first.status == 200);
  CHECK(first.header("idempotent-replayed").empty());
  CHECK(post(here.orders).body == first.body);
  CHECK(here.stored() == "1");
}

TEST_CASE("a commit in doubt that did not happen is tried again under the same key") {
  BehindProxy here;
  here.proxy.cut_before_client_sends("COMMIT");
  const auto first = post(here.orders);
  INFO(first.body);
  CHECK(here.proxy.cuts() == 1);
  REQUIRE(first.status == 200);
  CHECK(first.header("idempotent-replayed").empty());
  check_replay(post(here.orders), first.number());
  CHECK(here.stored() == "1");
}

TEST_CASE("an outcome that nobody could tell is told by sending the same again") {
  BehindProxy here;
  here.proxy.cut_after_client_sends("COMMIT", TcpProxy::Then::block);
  const auto unknown = post(here.orders);
  CHECK(unknown.status == 500);
  CHECK(unknown.text("error") == "outcome_unknown");
  here.proxy.block(false);
  check_replay(post(here.orders), "ORD_" + today() + "_001");
  CHECK(here.stored() == "1");
}

TEST_CASE("keys are known across restarts") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  const auto first = post(orders);
  REQUIRE(first.status == 200);
  CHECK(orders.process.terminate(core::after(10s)) == 0);
  CHECK(post(restaurant.start_order_service()).body == first.body);
}

TEST_CASE("an order stored earlier is answered although the kitchen cannot be reached; a new one is not taken") {
  auto servers = Servers::own();
  Restaurant restaurant(servers);
  auto& orders = restaurant.start_order_service();
  const auto first = post(orders);
  REQUIRE(first.status == 200);
  servers.kill_broker();
  REQUIRE(orders.process.wait_for_line(logs_action("rabbitmq_connection_failed"), core::after(10s)));
  for (int i = 0; i < 2; ++i) {
    const auto again = post(orders);
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(again.body == first.body);
    const auto refused = post_order(orders.port, takeout_order(), {{"Idempotency-Key", "another"}});
    CHECK(refused.status == 500);
    CHECK(refused.text("error") == "broker_unavailable");
    CHECK(post_order(orders.port, takeout_order("Bob"), kKey).status == 422);
    CHECK(post_order(orders.port, takeout_order()).text("error") == "broker_unavailable");
  }
  auto& database = restaurant.database();
  CHECK(database.value("SELECT count(*) || ' ' || (SELECT count(*) FROM idempotency_keys) || ' ' ||"
                       " (SELECT last FROM order_counters) FROM orders") == "1 1 1");
}
