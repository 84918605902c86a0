#include <csignal>

#include "e2e/kitchen/planted_orders.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// The orders in the order in which their cooking began.
std::vector<std::string> cooked(PlantedOrders& kitchen) {
  std::vector<std::string> numbers;
  for (const auto& row :
       kitchen.database().query("SELECT o.number FROM order_status_log l JOIN orders o ON o.id = l.order_id"
                                " WHERE l.status = 'cooking' ORDER BY l.id")) {
    numbers.push_back(row[0]);
  }
  return numbers;
}

void check_ready_once(PlantedOrders& kitchen, const std::vector<std::string>& orders) {
  REQUIRE(kitchen.wait_ready(orders, 30s));
  for (const auto& number : orders) {
    INFO(number);
    CHECK(kitchen.history(number) == "received cooking ready");
    CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
  }
}

}  // namespace

TEST_CASE("an urgent takeout is cooked next though dine-in orders have waited for longer") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=0.6", "--prefetch=1"});
  std::vector<std::string> orders;
  for (int i = 0; i < 6; ++i) orders.push_back(kitchen.order("dine_in", i % 2 == 0 ? 1 : 5));
  REQUIRE(kitchen.wait_until("count(*) = 1 FROM orders WHERE status = 'cooking'"));
  const auto first = cooked(kitchen).at(0);
  orders.push_back(kitchen.order("takeout", 10));
  const auto urgent = orders.back();
  REQUIRE(kitchen.wait_until("count(*) >= 2 FROM order_status_log WHERE status = 'cooking'"));
  CHECK(cooked(kitchen) == std::vector{first, urgent});

  check_ready_once(kitchen, orders);
  CHECK(wait_lines(anna.process, "order_completed", orders.size()));
  // Every message was somebody's turn or a duplicate.
  CHECK(eventually(core::after(10s), [&] { return kitchen.queues_empty(); }));
  CHECK(stopped(anna) == 0);
  CHECK(kitchen.queues_empty());
}

TEST_CASE("over all queues of a worker the orders are cooked by priority") {
  PlantedOrders kitchen;
  std::vector<std::string> orders;
  for (const int priority : {1, 5, 10}) {
    for (const char* type : {"delivery", "takeout", "dine_in"}) orders.push_back(kitchen.plant(type, priority));
  }
  // One queue holds what is urgent only, the others what is not.
  kitchen.database().execute("UPDATE orders SET type = 'takeout' WHERE priority = 10");
  for (const auto& number : orders) kitchen.send(number);
  const int prefetch = GENERATE(1, 4);
  kitchen.start("anna", {"--cooking-time=0.1", "--prefetch=" + std::to_string(prefetch)});
  check_ready_once(kitchen, orders);
  if (prefetch == 1) {
    CHECK(kitchen.database().value("SELECT string_agg(o.priority::text, ' ' ORDER BY l.id) FROM order_status_log l "
                                   "JOIN orders o ON o.id = l.order_id WHERE l.status = 'cooking'") ==
          "10 10 10 5 5 5 1 1 1");
  }
}

TEST_CASE("a priority raised while the order waits is heard of without a new message") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=0.6", "--prefetch=1"});
  std::vector<std::string> orders;
  for (int i = 0; i < 5; ++i) orders.push_back(kitchen.order("takeout", 5));
  REQUIRE(kitchen.wait_until("count(*) = 1 FROM orders WHERE status = 'cooking'"));
  kitchen.database().execute("UPDATE orders SET priority = 9 WHERE number = '" + orders[4] + "'");
  REQUIRE(kitchen.wait_until("count(*) >= 2 FROM order_status_log WHERE status = 'cooking'"));
  CHECK(cooked(kitchen) == std::vector{orders[0], orders[4]});
  check_ready_once(kitchen, orders);
}

TEST_CASE("an order that took the turn of another goes on with its message when its cook is killed") {
  PlantedOrders kitchen;
  auto& luigi = kitchen.start("luigi", {"--cooking-time=3", "--prefetch=1"});
  const auto urgent = kitchen.plant("takeout", 10);
  // Its own message is nowhere: only the other's turn can bring it.
  const auto plain = kitchen.order("dine_in", 1);
  REQUIRE(kitchen.wait_status(urgent, "cooking"));
  CHECK(kitchen.restaurant.status(plain) == "received");
  REQUIRE(kitchen.wait_announced());
  luigi.process.signal(SIGKILL);
  kitchen.start("anna", {"--cooking-time=3", "--prefetch=2"});
  REQUIRE(kitchen.wait_ready({urgent, plain}));
  for (const auto& number : {urgent, plain}) CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announced(urgent) == "cooking by luigi, ready by anna");
  CHECK(kitchen.announced(plain) == "cooking by anna, ready by anna");
}
