#include "e2e/kitchen/planted_orders.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

bool is_time(const json::Value& body, const char* member) {
  const auto* value = body.find(member);
  return value != nullptr && value->string() != nullptr && core::parse_utc(*value->string()).has_value();
}

/// The announcement of a step that anna made with Ada Lovelace's delivery, as kitchen-worker publishes it.
void check_announcement(const Announcement& announced, const std::string& from, const std::string& to) {
  const auto& message = announced.message;
  INFO(message.body);
  CHECK(announced.old_status == from);
  CHECK(announced.new_status == to);
  CHECK(announced.changed_by == "anna");
  CHECK(is_time(announced.body, "timestamp"));
  CHECK(is_time(announced.body, "estimated_completion"));
  CHECK(*announced.body.find("customer_name")->string() == "Ada Lovelace");
  CHECK(*announced.body.find("order_type")->string() == "delivery");
  CHECK(message.exchange == "notifications_fanout");
  CHECK(message.content_type == "application/json");
  CHECK(message.delivery_mode == 2);
  CHECK(message.type == "status_update");
  CHECK(message.app_id == "kitchen-worker");
}

}  // namespace

TEST_CASE("a customer's order is cooked, logged, counted and announced") {
  PlantedOrders kitchen;
  kitchen.restaurant.start_order_service();
  kitchen.start("anna", {"--cooking-time=0.2"});

  const auto number = kitchen.restaurant.place(delivery_order("Ada Lovelace"));
  REQUIRE(kitchen.wait_ready(number));

  // Cooked.
  CHECK(kitchen.of_order(number, "processed_by") == "anna");
  CHECK(kitchen.of_order(number, "completed_at IS NOT NULL AND updated_at >= completed_at") == "t");

  // Logged, each step with who made it.
  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.database().value("SELECT string_agg(changed_by, ' ' ORDER BY id) FROM order_status_log "
                                 "WHERE status IN ('cooking', 'ready')") == "anna anna");

  // Counted.
  CHECK(kitchen.of_worker("anna", "orders_processed") == "1");

  // Announced, each step once and under the customer's request.
  const auto announced = kitchen.announcements();
  REQUIRE(announced.size() == 2);
  check_announcement(announced[0], "received", "cooking");
  check_announcement(announced[1], "cooking", "ready");
  for (const auto& each : announced) {
    CHECK(each.order_number == number);
    CHECK(each.message.correlation_id == kitchen.of_order(number, "request_id"));
  }
  CHECK(announced[0].message.message_id != announced[1].message.message_id);
  CHECK(kitchen.queues_empty());
}

TEST_CASE("a history never goes back in time, whatever clock the order came with") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=0.1"});
  const auto number = store_order(kitchen.database(), {.age = "-1 hour"});
  kitchen.send(number);
  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.database().value("SELECT string_agg(status, ' ' ORDER BY changed_at, id) FROM order_status_log") ==
        "received cooking ready");
  CHECK(kitchen.database().value("SELECT bool_and(waited_ms >= 0) FROM priority_counters") == "t");
}

TEST_CASE("cooking takes 0.8, 1.0 and 1.2 times the base time, which may be a decimal number") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=0.75", "--prefetch=3"});
  const std::vector orders{kitchen.order("dine_in"), kitchen.order("takeout"), kitchen.order("delivery")};
  REQUIRE(kitchen.wait_ready(orders));
  const std::vector<std::string> milliseconds{"600", "750", "900"};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto took = [&](const std::string& end) {
      return kitchen.of_order(orders[i], "round(1000 * extract(epoch FROM " + end + " - cooking_started_at))::int");
    };
    CHECK(took("estimated_completion") == milliseconds[i]);
    CHECK(std::stoi(took("completed_at")) >= std::stoi(milliseconds[i]));
    CHECK(std::stoi(took("completed_at")) < std::stoi(milliseconds[i]) + patient(700ms).count());
  }
}

TEST_CASE("without a flag a dine-in order cooks 8 s, a takeout order 10 s and a delivery order 12 s") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--prefetch=3"});
  const std::vector orders{kitchen.order("dine_in"), kitchen.order("takeout"), kitchen.order("delivery")};
  const std::vector<std::string> seconds{"8", "10", "12"};
  for (std::size_t i = 0; i < orders.size(); ++i) {
    REQUIRE(kitchen.wait_status(orders[i], "cooking"));
    CHECK(kitchen.of_order(orders[i], "extract(epoch FROM estimated_completion - cooking_started_at)::int") ==
          seconds[i]);
  }
}

TEST_CASE("an order published the earlier way, with the printed body and no properties, is cooked") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=0"});
  const auto number = kitchen.plant("dine_in");
  kitchen.vhost().publish("orders_direct", "kitchen.order", PlantedOrders::body_of(number, "dine_in"));
  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
}

TEST_CASE("a specialised worker cooks its types and leaves the others") {
  PlantedOrders kitchen;
  kitchen.start("mario", {"--cooking-time=0", "--order-types=dine-in,delivery"});
  const auto takeout = kitchen.order("takeout");
  const std::vector its_own{kitchen.order("dine_in"), kitchen.order("delivery")};
  REQUIRE(kitchen.wait_ready(its_own));
  CHECK(kitchen.restaurant.status(takeout) == "received");
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 1);
  CHECK(kitchen.vhost().consumers("kitchen_takeout_queue") == 0);
  CHECK(kitchen.of_worker("mario", "type") == "dine_in,delivery");

  kitchen.start("anna", {"--cooking-time=0"});
  REQUIRE(kitchen.wait_ready(takeout));
  CHECK(kitchen.of_order(takeout, "processed_by") == "anna");
}

TEST_CASE("of the waiting orders those of priority 10 are cooked first, then 5, then 1") {
  PlantedOrders kitchen;
  std::vector<std::string> orders;
  for (const int priority : {1, 5, 10, 1, 5, 10}) orders.push_back(kitchen.order("takeout", priority));
  kitchen.start("anna", {"--cooking-time=0.05", "--prefetch=1"});
  REQUIRE(kitchen.wait_ready(orders));
  CHECK(kitchen.database().value("SELECT string_agg(o.priority::text, ' ' ORDER BY l.id) FROM order_status_log l "
                                 "JOIN orders o ON o.id = l.order_id WHERE l.status = 'cooking'") == "10 10 5 5 1 1");
}

TEST_CASE("three equal workers share nine orders, three each") {
  PlantedOrders kitchen;
  const std::vector<std::string> workers{"anna", "luigi", "mario"};
  for (const auto& worker : workers) kitchen.start(worker, {"--cooking-time=1.5"});
  std::vector<BrokerMessage> messages;
  std::vector<std::string> orders;
  for (int i = 0; i < 9; ++i) messages.push_back(kitchen.message_of(orders.emplace_back(kitchen.plant())));
  for (const auto& message : messages) kitchen.publish(message);
  REQUIRE(kitchen.wait_ready(orders));
  for (const auto& worker : workers) CHECK(kitchen.of_worker(worker, "orders_processed") == "3");
}

TEST_CASE("a worker holds as many orders as its prefetch says, over all its queues, and cooks them at once") {
  PlantedOrders kitchen;
  std::vector<std::string> orders;
  for (const char* type : {"takeout", "dine_in", "delivery", "takeout", "dine_in", "delivery"}) {
    orders.push_back(kitchen.order(type));
  }
  kitchen.start("anna", {"--cooking-time=1", "--prefetch=4"});
  REQUIRE(kitchen.wait_until("count(*) = 4 FROM orders WHERE status = 'cooking'"));
  const auto waiting = [&](const char* queue) { return kitchen.vhost().count(queue); };
  CHECK(waiting("kitchen_takeout_queue") + waiting("kitchen_dine_in_queue") + waiting("kitchen_delivery_queue") == 2);
  REQUIRE(kitchen.wait_ready(orders));

  // How many cooked at each moment when one was started, that one with them.
  CHECK(kitchen.database().value("SELECT max(at_once) FROM (SELECT count(*) AS at_once FROM orders a JOIN orders b "
                                 "ON a.cooking_started_at BETWEEN b.cooking_started_at AND b.completed_at "
                                 "GROUP BY a.id) AS counts") == "4");
  // One after the other they would take six seconds.
  CHECK(kitchen.database().value("SELECT max(completed_at) - min(cooking_started_at) < interval '3.2 s' "
                                 "FROM orders") == "t");
}
