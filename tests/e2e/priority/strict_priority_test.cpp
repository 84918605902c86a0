#include "e2e/priority/busy_kitchen.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("a VIP's takeout is the next order of any free worker that may cook it, though dine-in orders wait") {
  BusyKitchen kitchen;
  std::vector<std::string> waiting;
  for (int i = 0; i < 30; ++i) waiting.push_back(kitchen.order("dine_in", i % 2 == 0 ? 1 : 5));
  // Their turns seldom end at the same moment.
  kitchen.start("anna", {"--cooking-time=0.4"});
  kitchen.start("bruno", {"--cooking-time=0.55", "--order-types=dine_in,takeout"});
  kitchen.start("carlo", {"--cooking-time=0.45", "--order-types=dine_in"});
  REQUIRE(kitchen.wait_until("count(*) >= 3 FROM orders WHERE processed_by IS NOT NULL"));

  int passed_over = 0;
  for (int i = 0; i < 4; ++i) {
    const auto vip = kitchen.restaurant.place(takeout_order("Vera", R"(, "customer_type": "vip")"));
    const auto placed = kitchen.now();
    REQUIRE(kitchen.wait_until("processed_by IS NOT NULL FROM orders WHERE number = '" + vip + "'"));
    CHECK(kitchen.of_order(vip, "processed_by IN ('anna', 'bruno')") == "t");
    // Two claims of the same moment may come in either order.
    passed_over += std::stoi(kitchen.database().value(
        "SELECT count(*) FROM orders WHERE type = 'dine_in' AND processed_by IN ('anna', 'bruno') "
        "AND cooking_started_at > '" +
        placed +
        "' AND cooking_started_at < (SELECT cooking_started_at - interval '0.1 s' FROM orders WHERE number = '" + vip +
        "')"));
  }
  INFO(kitchen.restaurant.output());
  CHECK(passed_over == 0);
  CHECK(kitchen.database().value("SELECT count(*) > 0 FROM orders WHERE type = 'dine_in' AND status = 'received'") ==
        "t");
}

TEST_CASE("among the queues of one worker the highest priority goes first, and every order is cooked once") {
  BusyKitchen kitchen;
  std::vector<std::string> orders;
  for (const int priority : {1, 5, 10, 1, 5, 10, 10, 5, 1}) {
    const char* type = std::array{"takeout", "dine_in", "delivery"}[orders.size() % 3];
    orders.push_back(kitchen.order(type, priority));
  }
  // The turn of any of them may be the first: it is given to one that matters more.
  kitchen.start("anna", {"--cooking-time=0.05"});
  REQUIRE(kitchen.wait_ready(orders));
  CHECK(kitchen.database().value("SELECT string_agg(priority::text, ' ' ORDER BY cooking_started_at) FROM orders") ==
        "10 10 10 5 5 5 1 1 1");
  for (const auto& number : orders) {
    CHECK(kitchen.history(number) == "received cooking ready");
    CHECK(kitchen.announced_once(number) == "cooking by anna, ready by anna");
  }
  CHECK(kitchen.of_worker("anna", "orders_processed") == "9");
  CHECK(eventually(core::after(10s), [&] { return kitchen.queues_empty(); }));
}

TEST_CASE("the staff changes the priority of a waiting order, and the kitchen goes by it") {
  BusyKitchen kitchen;
  kitchen.start("anna", {"--cooking-time=2"});
  const auto first = kitchen.order();
  REQUIRE(kitchen.wait_status(first, "cooking"));
  const auto b = kitchen.order("takeout", 5);
  const auto c = kitchen.order("takeout", 10);
  const auto d = kitchen.order("dine_in");
  CHECK(kitchen.staff(d, "priority", R"({"priority": 10, "reason": "the mayor is hungry"})") == 200);
  CHECK(kitchen.staff(c, "priority", R"({"priority": 1})") == 200);
  // What cooks already is nobody's to move.
  CHECK(kitchen.staff(first, "priority", R"({"priority": 10})") == 409);
  REQUIRE(kitchen.wait_ready({first, b, c, d}, 30s));
  CHECK(kitchen.cooked() == std::vector{first, d, b, c});
  CHECK(kitchen.notes(d) == "staff: priority 1 -> 10: the mayor is hungry");
  CHECK(kitchen.notes(c).starts_with("staff: priority 10 -> 1"));
  CHECK(kitchen.of_order(d, "assigned_priority IS DISTINCT FROM 10") == "t");
}
