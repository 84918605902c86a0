#include <csignal>

#include "e2e/kitchen/planted_orders.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("an order whose cook is killed is finished by another, who cooks only the rest") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=3"});
  const auto number = kitchen.order();
  REQUIRE(kitchen.wait_until("bool_or(now() > cooking_started_at + interval '1.5 s') FROM orders"));
  anna.process.signal(SIGKILL);
  kitchen.start("luigi", {"--cooking-time=3"});

  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.of_order(number, "processed_by") == "luigi");
  CHECK(kitchen.of_order(
            number, "completed_at - cooking_started_at BETWEEN interval '3 s' AND " + patient_interval(4200ms)) == "t");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by luigi");
  CHECK(kitchen.of_worker("anna", "orders_processed") == "0");
  CHECK(kitchen.of_worker("luigi", "orders_processed") == "1");
  CHECK(kitchen.queues_empty());
}

TEST_CASE("an order whose time was over when its cook was killed is ready as soon as another takes it") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=0.5"});
  const auto number = kitchen.plant();
  kitchen.send(number);
  REQUIRE(kitchen.wait_status(number, "cooking"));
  anna.process.signal(SIGSTOP);
  REQUIRE(kitchen.wait_until("bool_or(now() > estimated_completion) FROM orders"));
  anna.process.signal(SIGKILL);
  kitchen.start("luigi", {"--cooking-time=20"});
  REQUIRE(kitchen.wait_ready(number, 5s));
  CHECK(kitchen.history(number) == "received cooking ready");
}

TEST_CASE("the same message again, while its order cooks and after it is ready, changes nothing") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=1", "--prefetch=5"});
  const auto number = kitchen.plant();
  const auto message = kitchen.message_of(number);
  for (int i = 0; i < 3; ++i) kitchen.publish(message);
  REQUIRE(kitchen.wait_ready(number));
  const auto completed_at = kitchen.of_order(number, "completed_at");
  kitchen.publish(message);
  REQUIRE(wait_lines(anna.process, "delivery_dropped", 3));

  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
  CHECK(kitchen.of_order(number, "completed_at") == completed_at);
  CHECK(kitchen.of_worker("anna", "orders_processed") == "1");
  CHECK(stopped(anna) == 0);
  CHECK(kitchen.queues_empty());
}

TEST_CASE("a second message for an order that another worker cooks is dropped") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=1.5"});
  const auto number = kitchen.order();
  REQUIRE(kitchen.wait_status(number, "cooking"));
  auto& luigi = kitchen.start("luigi", {"--cooking-time=1.5"});
  auto copy = kitchen.message_of(number);
  kitchen.publish(copy);
  copy.message_id = "another";
  kitchen.publish(copy);
  REQUIRE(wait_lines(luigi.process, "delivery_dropped", 2));
  CHECK(kitchen.restaurant.status(number) == "cooking");

  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.of_order(number, "processed_by") == "anna");
  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
  CHECK(wait_lines(anna.process, "order_completed", 1));
  CHECK(kitchen.of_worker("luigi", "orders_processed") == "0");
}

TEST_CASE("a worker whose connection is closed gets its orders back and cooks on") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=3", "--prefetch=3"});
  const std::vector orders{kitchen.order(), kitchen.order("dine_in"), kitchen.order("delivery")};
  for (const auto& number : orders) REQUIRE(kitchen.wait_status(number, "cooking"));
  kitchen.vhost().close_connections();
  REQUIRE(wait_lines(anna.process, "delivery_dropped", 3));

  REQUIRE(kitchen.wait_ready(orders));
  for (const auto& number : orders) {
    CHECK(kitchen.history(number) == "received cooking ready");
    CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
    CHECK(kitchen.of_order(number, "completed_at - estimated_completion < " + patient_interval(700ms)) == "t");
  }
  CHECK(wait_lines(anna.process, "order_processing_started", 3));
  CHECK(kitchen.of_worker("anna", "orders_processed") == "3");
  // Acknowledged by its new tag: nothing comes back when the worker goes.
  CHECK(stopped(anna) == 0);
  CHECK(kitchen.queues_empty());
}

TEST_CASE("when all connections of two workers are closed every order is still ready once") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=6", "--prefetch=2"});
  kitchen.start("luigi", {"--cooking-time=6", "--prefetch=2"});
  std::vector<std::string> orders;
  for (int i = 0; i < 6; ++i) orders.push_back(kitchen.order());
  REQUIRE(kitchen.wait_until("count(*) = 4 FROM orders WHERE status = 'cooking'"));
  kitchen.vhost().close_connections();

  REQUIRE(kitchen.wait_ready(orders));
  for (const auto& number : orders) CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announcements().size() == 12);
  CHECK(kitchen.database().value("SELECT sum(orders_processed) FROM workers") == "6");
}
