#include <csignal>
#include <set>
#include <string>

#include "e2e/stations/brigade.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("an order of each type passes its stations, each once, and is told of at every change of its status") {
  Brigade brigade;
  brigade.start_all("0.1");
  const auto delivery = brigade.restaurant.place(delivery_order("Dora"));
  const auto takeout = brigade.restaurant.place(takeout_order("Timo"));
  const auto dine_in = brigade.restaurant.place(dine_in_order("Ines"));
  REQUIRE(brigade.wait_status(delivery, "delivered", 30s));
  REQUIRE(brigade.wait_ready({takeout, dine_in}));

  CHECK(brigade.history(delivery) == "received cooking ready out_for_delivery delivered");
  CHECK(brigade.stages(delivery) == "cook, quality, packaging, courier");
  for (const auto& number : {takeout, dine_in}) {
    CHECK(brigade.history(number) == "received cooking ready");
    CHECK(brigade.stages(number) == "cook, quality, packaging");
  }
  for (const auto& number : {delivery, takeout, dine_in}) {
    CHECK(brigade.one_after_the_other(number));
    CHECK(brigade.of_order(number, "completed_at IS NOT NULL AND waiting_since IS NULL AND claim IS NULL") == "t");
  }
  const auto statuses_of = [&](const std::string& number) {
    std::string statuses;
    for (const auto& each : brigade.announcements()) {
      if (each.order_number == number) statuses += each.old_status + ">" + each.new_status + " ";
    }
    return statuses;
  };
  CHECK(statuses_of(delivery) == "received>cooking cooking>ready ready>out_for_delivery out_for_delivery>delivered ");
  CHECK(statuses_of(takeout) == "received>cooking cooking>ready ");
  CHECK(statuses_of(dine_in) == "received>cooking cooking>ready ");
  // Every stage counts for the worker who did it.
  CHECK(
      brigade.database().value("SELECT string_agg(station || ' ' || done, ', ' ORDER BY station) FROM (SELECT station, "
                               "sum(orders_processed) AS done FROM workers GROUP BY station) AS stations") ==
      "cook 3, courier 1, packaging 3, quality 3");
  CHECK(brigade.database().value("SELECT bool_and(orders_processed = (SELECT count(*) FROM order_stages "
                                 "WHERE worker_name = name)) FROM workers") == "t");
  CHECK(brigade.database().value("SELECT bool_and(working_ms >= 80 * orders_processed) FROM workers") == "t");
  for (const char* queue : {"quality_queue", "packaging_queue", "delivery_queue"})
    CHECK(brigade.vhost().count(queue) == 0);
  CHECK(brigade.queues_empty());
}

TEST_CASE(
    "when a worker is killed at its station, at each of them, the other one finishes, and nothing happens twice") {
  Brigade brigade;
  brigade.start_all("1.2");
  const auto number = brigade.restaurant.place(delivery_order("Dora"));
  std::vector<std::string> survivors;
  for (const std::string station : {"cook", "quality", "packaging", "courier"}) {
    const auto victim = brigade.working_at(number, station);
    INFO(station << "\n" << brigade.restaurant.output());
    REQUIRE_FALSE(victim.empty());
    brigade.worker(victim).process.signal(SIGKILL);
    survivors.push_back(victim == station + "1" ? station + "2" : station + "1");
  }
  REQUIRE(brigade.wait_status(number, "delivered", 30s));
  INFO(brigade.restaurant.output());
  CHECK(brigade.history(number) == "received cooking ready out_for_delivery delivered");
  CHECK(brigade.stages(number) == "cook, quality, packaging, courier");
  CHECK(brigade.one_after_the_other(number));
  CHECK(brigade.database().value("SELECT string_agg(name || ' ' || orders_processed, ', ' ORDER BY "
                                 "array_position(ARRAY['cook', 'quality', 'packaging', 'courier'], station)) "
                                 "FROM workers WHERE orders_processed > 0") ==
        survivors[0] + " 1, " + survivors[1] + " 1, " + survivors[2] + " 1, " + survivors[3] + " 1");
  // Each once; what a killed worker had committed and not sent comes when its row's lease ends, so after others.
  std::set<std::string> told;
  const auto announced = brigade.announced_once(number);
  for (std::size_t begin = 0; begin < announced.size(); begin = announced.find(", ", begin) + 2) {
    CHECK(told.insert(announced.substr(begin, announced.find(' ', begin) - begin)).second);
    if (announced.find(", ", begin) == std::string::npos) break;
  }
  CHECK(told == std::set<std::string>{"cooking", "delivered", "out_for_delivery", "ready"});
}

TEST_CASE("with a cook alone an order is ready when it is cooked, and no station hears of it") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=0.1"});
  const auto number = kitchen.order("delivery");
  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
  CHECK(kitchen.database().value("SELECT string_agg(station, ' ') FROM order_stages") == "cook");
  CHECK(kitchen.of_order(number, "waiting_since IS NULL") == "t");
  for (const char* queue : {"quality_queue", "packaging_queue", "delivery_queue"}) {
    INFO(queue);
    CHECK(kitchen.vhost().count(queue) == 0);
  }
}

TEST_CASE("the orders that wait for a station are taken up by priority") {
  Brigade brigade;
  brigade.start("cook1", "cook", {"--cooking-time=0"});
  std::vector<std::string> orders;
  for (const int priority : {1, 5, 1, 10, 5, 10}) {
    orders.push_back(brigade.order("takeout", priority));
    REQUIRE(brigade.wait_until("station = 'quality' AND waiting_since IS NOT NULL FROM orders WHERE number = '" +
                               orders.back() + "'"));
  }
  REQUIRE(eventually(core::after(10s), [&] { return brigade.vhost().count("quality_queue") == orders.size(); }));
  // Its message stands behind all others, but the staff wants it soon.
  CHECK(brigade.staff(orders[2], "priority", R"({"priority": 10})") == 200);
  brigade.start("quality1", "quality", {"--cooking-time=0.1"});
  REQUIRE(brigade.wait_until("count(*) = 6 FROM order_stages WHERE station = 'quality' AND finished_at IS NOT NULL"));
  CHECK(brigade.database().value("SELECT string_agg(o.priority::text, ' ' ORDER BY s.started_at) FROM order_stages s "
                                 "JOIN orders o ON o.id = s.order_id WHERE s.station = 'quality'") == "10 10 10 5 5 1");
  // Nobody packs: they wait, still cooking in the customer's eyes.
  for (const auto& number : orders) CHECK(brigade.restaurant.status(number) == "cooking");
}

TEST_CASE("a station's worker that is asked to stop finishes what it has in hand and leaves the rest") {
  Brigade brigade;
  brigade.start("cook1", "cook", {"--cooking-time=0"});
  auto& quality = brigade.start("quality1", "quality", {"--cooking-time=1.5"});
  const auto in_hand = brigade.order();
  REQUIRE(brigade.working_at(in_hand, "quality") == "quality1");
  const auto waiting = brigade.order();
  REQUIRE(brigade.wait_until("station = 'quality' FROM orders WHERE number = '" + waiting + "'"));
  CHECK(stopped(quality) == 0);
  INFO(brigade.restaurant.output());
  CHECK(brigade.stages(in_hand) == "cook, quality");
  CHECK(brigade.of_order(in_hand, "station || ' ' || (waiting_since IS NOT NULL)") == "packaging true");
  CHECK(brigade.stages(waiting) == "cook");
  CHECK(brigade.of_order(waiting, "station || ' ' || (waiting_since IS NOT NULL)") == "quality true");
  CHECK(eventually(core::after(10s), [&] { return brigade.vhost().count("quality_queue") == 1; }));
  CHECK(brigade.of_worker("quality1", "status || ' ' || orders_processed") == "offline 1");
}

TEST_CASE("an order that is cancelled at a station is dropped there at once, and goes nowhere") {
  Brigade brigade;
  brigade.start("cook1", "cook", {"--cooking-time=0"});
  auto& quality = brigade.start("quality1", "quality", {"--cooking-time=300"});
  brigade.start("packaging1", "packaging", {"--cooking-time=0"});
  const auto gone = brigade.order();
  REQUIRE(brigade.working_at(gone, "quality") == "quality1");
  const auto next = brigade.order();
  CHECK(brigade.staff(gone, "cancel", "") == 200);
  CHECK(brigade.working_at(next, "quality") == "quality1");
  CHECK(brigade.history(gone) == "received cooking cancelled");
  CHECK(brigade.stages(gone) == "cook, quality…");
  CHECK(brigade.announced(gone) == "cooking by cook1, cancelled by staff");
  CHECK(brigade.staff(next, "cancel", "") == 200);
  CHECK(stopped(quality, 5s) == 0);
  CHECK(brigade.of_worker("quality1", "orders_processed") == "0");
}

TEST_CASE("a station that the restaurant does not have is refused with exit code 2") {
  PlantedOrders kitchen;
  const auto& [flag, stations] = GENERATE(table<std::string, std::string>(
      {{"--station=quality", ""}, {"--station=courier", "cook,quality"}, {"--station=oven", "cook,quality"}}));
  Extra extra;
  if (!stations.empty()) extra.environment = {{"PIZZA_KITCHEN_STATIONS", stations}};
  const auto finished = kitchen.restaurant.run("kitchen-worker", {"--worker-name=anna", flag}, extra);
  INFO(flag << "\n" << finished.out << finished.err);
  CHECK(finished.exit_code == 2);
  CHECK(finished.err.find("--help") != std::string::npos);
  CHECK(finished.out.empty());
  CHECK(kitchen.database().value("SELECT count(*) FROM workers") == "0");
}
