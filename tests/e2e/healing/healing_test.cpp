// The reconciler of order-service: orders whose messages are gone are cooked nevertheless, each once.
#include <csignal>

#include "e2e/healing/healer.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("orders that wait are asked for again after their queue was purged or deleted") {
  PlantedOrders kitchen;
  const Healer healer(kitchen);
  std::vector<std::string> orders;
  for (int i = 0; i < 3; ++i) orders.push_back(kitchen.restaurant.place(takeout_order()));
  orders.push_back(kitchen.restaurant.place(dine_in_order()));
  orders.push_back(kitchen.restaurant.place(delivery_order()));
  REQUIRE(kitchen.wait_announced());
  kitchen.vhost().purge("kitchen_takeout_queue");
  kitchen.vhost().remove_queue("kitchen_dine_in_queue");
  kitchen.vhost().remove_queue("kitchen_delivery_queue");
  REQUIRE(healer.wait_republished("waiting", 5));
  CHECK(kitchen.vhost().count("kitchen_dine_in_queue") == 1);
  const auto placed_later = kitchen.restaurant.place(delivery_order());
  kitchen.start("anna", {"--cooking-time=0.1"});
  orders.push_back(placed_later);
  check_ready_once(kitchen, orders);
  CHECK(healer.republished("waiting") == 5);
  CHECK(healer.republished("orphaned") == 0);
  CHECK(lines_of(healer.service->process, "orders_republished").size() == 3);
}

TEST_CASE("an order whose only cook was killed is finished by another though its message is gone") {
  PlantedOrders kitchen;
  const Healer healer(kitchen);
  // The name is free again as soon as the first is taken for gone: the second may well have it.
  const std::string second = GENERATE("luigi", "anna");
  auto& anna = kitchen.start("anna", {"--cooking-time=20", "--heartbeat-interval=1"});
  const auto order = kitchen.restaurant.place(takeout_order());
  REQUIRE(kitchen.wait_status(order, "cooking"));
  REQUIRE(kitchen.wait_announced());
  anna.process.signal(SIGKILL);
  REQUIRE(eventually(core::after(20s), [&] { return kitchen.vhost().count("kitchen_takeout_queue") == 1; }));
  kitchen.vhost().purge("kitchen_takeout_queue");
  REQUIRE(kitchen.wait_until("(SELECT now() - last_seen > interval '3 s' FROM workers WHERE name = 'anna')"));
  kitchen.start(second, {"--cooking-time=1", "--heartbeat-interval=1"});
  INFO(kitchen.restaurant.output());
  check_ready_once(kitchen, {order});
  CHECK(healer.republished("orphaned") == 1);
  CHECK(healer.republished("waiting") == 0);
}

TEST_CASE("an order is asked for again at the station where it waits, or where its worker died") {
  const std::map<std::string, std::string> house{{"PIZZA_KITCHEN_STATIONS", "cook,quality"}};
  PlantedOrders kitchen;
  const Healer healer(kitchen);
  kitchen.restaurant.start_kitchen("anna", {{"--cooking-time=0.1"}, house});
  auto& paula = kitchen.restaurant.start_kitchen("paula", {{"--station=quality", "--heartbeat-interval=1"}, house});
  const auto begun = kitchen.restaurant.place(takeout_order());
  REQUIRE(kitchen.wait_until("EXISTS (SELECT FROM order_stages WHERE worker_name = 'paula')"));
  const auto waiting = kitchen.restaurant.place(delivery_order());
  REQUIRE(eventually(core::after(20s), [&] { return kitchen.vhost().count("quality_queue") == 1; }));
  paula.process.signal(SIGKILL);
  REQUIRE(eventually(core::after(20s), [&] { return kitchen.vhost().count("quality_queue") == 2; }));
  // Both are missed at the same looks: of two losses that are seen one after the other the first one's message may come
  // twice, and is the other's turn.
  REQUIRE(kitchen.wait_until("(SELECT now() - last_seen > interval '3 s' FROM workers WHERE name = 'paula')"));
  kitchen.vhost().purge("quality_queue");
  REQUIRE(healer.wait_republished("waiting", 1));
  REQUIRE(healer.wait_republished("orphaned", 1));
  kitchen.restaurant.start_kitchen("pekka", {{"--station=quality", "--cooking-time=0.1"}, house});
  check_ready_once(kitchen, {begun, waiting});
}

TEST_CASE("an urgent order whose worker died goes on before the less urgent ones, though it had taken a low turn") {
  PlantedOrders kitchen;
  const Healer healer(kitchen);
  const auto low = kitchen.order("takeout", 1);
  const auto urgent = kitchen.plant("takeout", 10);
  auto& doomed = kitchen.start("doomed", {"--cooking-time=60", "--heartbeat-interval=1"});
  REQUIRE(kitchen.wait_status(urgent, "cooking"));
  CHECK(kitchen.restaurant.status(low) == "received");
  doomed.process.signal(SIGKILL);
  REQUIRE(eventually(core::after(20s), [&] { return kitchen.vhost().count("kitchen_takeout_queue") >= 1; }));
  std::vector<std::string> backlog;
  for (int i = 0; i < 80; ++i) backlog.push_back(kitchen.order("takeout", 5));
  kitchen.start("luigi", {"--cooking-time=1", "--heartbeat-interval=1"});
  INFO(kitchen.restaurant.output());
  REQUIRE(kitchen.wait_ready(urgent, 60s));
  CHECK(kitchen.restaurant.status(backlog.back()) == "received");
  CHECK(kitchen.history(urgent) == "received cooking ready");
  // Its turn's message is one too few for the two of them before: whichever is seen first.
  CHECK(healer.republished("outranked") + healer.republished("orphaned") == 1);
  CHECK(healer.republished("waiting") == 0);
}

TEST_CASE("one order-service reconciles at a time, and the next one when that is gone") {
  PlantedOrders kitchen;
  const Healer first(kitchen);
  REQUIRE(eventually(core::after(20s), [&] { return first.rounds() >= 1; }));
  const Healer second(kitchen);
  const auto order = kitchen.restaurant.place(takeout_order());
  REQUIRE(kitchen.wait_announced());
  kitchen.vhost().purge("kitchen_takeout_queue");
  const auto seen = first.rounds();
  REQUIRE(eventually(core::after(60s), [&] { return first.rounds() >= seen + 2; }));
  CHECK(second.rounds() == 0);
  first.service->process.signal(SIGKILL);
  REQUIRE(second.wait_republished("waiting", 1));
  kitchen.start("anna", {"--cooking-time=0.1"});
  check_ready_once(kitchen, {order});
}

TEST_CASE(
    "of very many orders without messages a thousand at a time are asked for again, and no more than keep a kitchen "
    "busy") {
  PlantedOrders kitchen;
  kitchen.database().execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, waiting_since) "
      "SELECT 'N' || i, 'Anna', 'takeout', 1, now() - interval '1 hour' FROM generate_series(1, 8000) AS i");
  const Healer healer(kitchen);
  REQUIRE(healer.wait_republished("waiting", 5000));
  const auto rounds = healer.rounds();
  // The other five queues are looked at once more, and again.
  REQUIRE(eventually(core::after(60s), [&] { return healer.rounds() >= rounds + 2; }));
  CHECK(healer.republished("waiting") == 5000);
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 5000);
  const auto batches = lines_of(healer.service->process, "orders_republished");
  CHECK(batches.size() == 5);
  for (const auto& line : batches) CHECK(line.message.find("1000 orders") == 0);
}
