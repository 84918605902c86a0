#include <string>

#include <catch2/catch.hpp>

#include "e2e/order/behind_proxy.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

TEST_CASE("a COMMIT that happened and whose answer was lost is answered 200 and stored once") {
  BehindProxy here;
  REQUIRE(post_order(here.orders.port, takeout_order()).status == 200);
  here.proxy.cut_after_client_sends("COMMIT");
  const auto answer = post_order(here.orders.port, takeout_order());
  INFO(here.orders.process.output());
  CHECK(here.proxy.cuts() == 1);
  CHECK(answer.status == 200);
  CHECK(answer.number() == "ORD_" + today() + "_002");
  CHECK(here.stored() == "2");
  CHECK(here.published(2));
  // Under the id of its row, which is thereby gone: nobody publishes it once more when its lease ends.
  CHECK(eventually(core::after(5s),
                   [&] { return here.restaurant.database().value("SELECT count(*) FROM outbox") == "0"; }));
  for (const auto& message : here.restaurant.vhost().take_all("kitchen_takeout_queue"))
    CHECK(message.message_id != "0");
  CHECK(here.orders.process.wait_for_line(logs_action("commit_in_doubt"), core::after(10s)));
  CHECK(post_order(here.orders.port, takeout_order()).number() == "ORD_" + today() + "_003");
}

TEST_CASE("a COMMIT that never reached the server leaves one order or none, as the answer says") {
  BehindProxy here;
  here.proxy.cut_before_client_sends("COMMIT");
  const auto answer = post_order(here.orders.port, takeout_order());
  INFO(here.orders.process.output());
  CHECK(here.proxy.cuts() == 1);
  REQUIRE((answer.status == 200 || answer.status == 500));
  const bool taken = answer.status == 200;
  CHECK(here.stored() == (taken ? "1" : "0"));
  CHECK(here.published(taken ? 1 : 0));
  // No gap either way.
  CHECK(post_order(here.orders.port, takeout_order()).number() == "ORD_" + today() + (taken ? "_002" : "_001"));
}

TEST_CASE("a COMMIT cut while the server may still be at it is settled: stored once or not at all, as answered") {
  BehindProxy here;
  int taken = 0;
  for (int round = 0; round < 10; ++round) {
    here.proxy.cut_as_client_sends("COMMIT");
    const auto answer = post_order(here.orders.port, takeout_order());
    INFO(answer.body);
    REQUIRE((answer.status == 200 || answer.status == 500));
    if (answer.status == 200) ++taken;
    CHECK(here.stored() == std::to_string(taken));
  }
  CHECK(here.proxy.cuts() == 10);
  CHECK(here.published(static_cast<std::size_t>(taken)));
  CHECK(here.restaurant.database().value("SELECT count(DISTINCT number) || ' ' || max(number) FROM orders") ==
        std::to_string(taken) + " ORD_" + today() + (taken < 10 ? "_00" : "_0") + std::to_string(taken));
}

TEST_CASE("a COMMIT in doubt whose database stays away is answered 500 outcome_unknown") {
  BehindProxy here;
  here.proxy.cut_after_client_sends("COMMIT", TcpProxy::Then::block);
  const auto answer = post_order(here.orders.port, takeout_order());
  CHECK(here.proxy.cuts() == 1);
  CHECK(answer.status == 500);
  CHECK(answer.text("error") == "outcome_unknown");
  here.proxy.block(false);
  // It was stored after all; then it is cooked, as the answer warned.
  CHECK(here.stored() == "1");
  CHECK(eventually(core::after(20s), [&] { return here.restaurant.vhost().count("kitchen_takeout_queue") == 1; }));
}
