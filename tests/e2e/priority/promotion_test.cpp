#include "e2e/priority/busy_kitchen.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("under a constant load of high priority every normal order is promoted twice, and then cooked next") {
  BusyKitchen kitchen;
  constexpr std::size_t kBacklog = 5;
  const auto top_up = [&] {
    const auto waiting = std::stoul(
        kitchen.database().value("SELECT count(*) FROM orders WHERE status = 'received' AND customer_name = 'Anna' "
                                 "AND assigned_priority = 10"));
    for (auto i = waiting; i < kBacklog; ++i) kitchen.order("takeout", 10);
  };
  top_up();
  std::vector<std::string> normal;
  for (int i = 0; i < 3; ++i) normal.push_back(kitchen.plant("takeout", 1));
  kitchen.start("anna", {"--cooking-time=0.25"}, {{"PIZZA_KITCHEN_MAX_WAIT", "0.8"}});
  kitchen.database().execute("UPDATE orders SET waiting_since = clock_timestamp() WHERE assigned_priority = 1");
  const auto since = kitchen.now();
  for (const auto& number : normal) kitchen.send(number);

  // As many wait as before, whatever is cooked: more arrives than one worker can do.
  REQUIRE(eventually(core::after(20s), [&] {
    top_up();
    return kitchen.database().value(
               "SELECT count(*) FROM orders WHERE assigned_priority = 1 AND status = 'received'") == "0";
  }));
  INFO(kitchen.restaurant.output());
  for (const auto& number : normal) {
    CHECK(kitchen.notes(number) ==
          "anna: priority 1 -> 5: waited longer than 0.8 s; anna: priority 5 -> 10: waited longer than 1.6 s");
    // Twice the longest wait, a tick, the turns that were under way and the two before; and a busy machine.
    const auto waited = kitchen.of_order(number, "extract(epoch FROM cooking_started_at - '" + since + "')");
    CHECK(std::stod(waited) > 1.5);
    CHECK(std::stod(waited) < 1.6 + 2.5);
    CHECK(kitchen.of_order(number,
                           "(SELECT count(*) > 0 FROM orders later WHERE later.priority = 10 AND "
                           "later.assigned_priority = 10 AND later.created_at < orders.cooking_started_at "
                           "AND coalesce(later.cooking_started_at, 'infinity') > orders.cooking_started_at)") == "t");
    CHECK(kitchen.history(number).starts_with("received cooking"));
  }
}

TEST_CASE("an order is not promoted before its time, nor while it cooks") {
  BusyKitchen kitchen;
  kitchen.start("anna", {"--cooking-time=1.5"}, {{"PIZZA_KITCHEN_MAX_WAIT", "1"}});
  const auto quick = kitchen.order();
  REQUIRE(kitchen.wait_ready(quick));
  CHECK(kitchen.notes(quick).empty());
  CHECK(kitchen.of_order(quick, "priority || ' ' || promotions") == "1 0");
}

TEST_CASE("a promotion is logged with the order's number") {
  BusyKitchen kitchen;
  auto& anna = kitchen.start("anna", {"--order-types=dine_in"}, {{"PIZZA_KITCHEN_MAX_WAIT", "0.3"}});
  const auto number = kitchen.order("takeout", 10);
  REQUIRE(kitchen.wait_until("overdue FROM orders"));
  CHECK(kitchen.notes(number) == "anna: priority 10 -> overdue: waited longer than 0.3 s");
  REQUIRE(wait_lines(anna.process, "order_promoted", 1));
  const auto line = lines_of(anna.process, "order_promoted").at(0);
  CHECK(line.text("order_number") == number);
  CHECK(line.request_id == kitchen.of_order(number, "request_id"));
}
