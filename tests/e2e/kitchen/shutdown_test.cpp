#include <csignal>

#include "e2e/kitchen/planted_orders.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("a worker that is asked to stop finishes what it cooks, signs off and exits 0") {
  PlantedOrders kitchen;
  const int signal = GENERATE(SIGTERM, SIGINT);
  auto& anna = kitchen.start("anna", {"--cooking-time=1.5", "--prefetch=2"});
  const std::vector orders{kitchen.order("takeout"), kitchen.order("delivery")};
  for (const auto& number : orders) REQUIRE(kitchen.wait_status(number, "cooking"));
  anna.process.signal(signal);
  REQUIRE(anna.process.wait_for_line(logs_action("graceful_shutdown"), core::after(5s)));
  const auto late = kitchen.order();

  CHECK(anna.process.wait_exit(core::after(10s)) == 0);
  INFO(kitchen.restaurant.output());
  for (const auto& number : orders) {
    CHECK(kitchen.history(number) == "received cooking ready");
    CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
  }
  CHECK(kitchen.of_worker("anna", "status") == "offline");
  CHECK(kitchen.of_worker("anna", "orders_processed") == "2");
  CHECK(kitchen.restaurant.status(late) == "received");
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 1);
}

TEST_CASE("an idle worker that is asked to stop does so at once") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {});
  CHECK(stopped(anna, 3s) == 0);
  CHECK(kitchen.of_worker("anna", "status") == "offline");
}

TEST_CASE("orders that a stopping worker holds but did not start go back, and another worker cooks them") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=1", "--prefetch=4"});
  const auto cooking = kitchen.order();
  REQUIRE(kitchen.wait_status(cooking, "cooking"));
  const std::vector waiting{kitchen.plant(), kitchen.plant(), kitchen.plant()};
  // Nobody can claim these until the lock is gone.
  auto& database = kitchen.database();
  database.query_as_admin("BEGIN");
  database.query_as_admin("SELECT FROM orders WHERE status = 'received' FOR UPDATE");
  for (const auto& number : waiting) kitchen.send(number);
  REQUIRE(eventually(core::after(10s), [&] { return kitchen.vhost().count("kitchen_takeout_queue") == 0; }));
  REQUIRE(
      kitchen.wait_until("count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() "
                         "AND wait_event_type = 'Lock'"));

  CHECK(stopped(anna) == 0);
  INFO(kitchen.restaurant.output());
  CHECK(kitchen.history(cooking) == "received cooking ready");
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 3);
  database.query_as_admin("ROLLBACK");
  for (const auto& number : waiting) CHECK(kitchen.history(number) == "received");

  kitchen.start("luigi", {"--cooking-time=0.1"});
  REQUIRE(kitchen.wait_ready(waiting));
  for (const auto& number : waiting) {
    CHECK(kitchen.history(number) == "received cooking ready");
    CHECK(kitchen.of_order(number, "processed_by") == "luigi");
    CHECK(kitchen.announced(number) == "cooking by luigi, ready by luigi");
  }
}

TEST_CASE("a second signal ends a stopping worker at once, and its order is cooked by another") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=4"});
  const auto number = kitchen.order();
  REQUIRE(kitchen.wait_status(number, "cooking"));
  REQUIRE(kitchen.wait_announced());
  anna.process.signal(SIGTERM);
  REQUIRE(anna.process.wait_for_line(logs_action("graceful_shutdown"), core::after(5s)));
  anna.process.signal(SIGTERM);
  const auto code = anna.process.wait_exit(core::after(2s));
  REQUIRE(code);
  CHECK(*code != 0);
  CHECK(kitchen.restaurant.status(number) == "cooking");

  kitchen.start("luigi", {"--cooking-time=4"});
  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.announced(number) == "cooking by anna, ready by luigi");
}
