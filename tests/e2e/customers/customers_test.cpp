#include <string>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

struct Expected {
  std::string priority;
  std::string notes;
};

/// The order is answered, stored, logged and published with this priority.
void check_placed(const std::string& body, const Expected& expected) {
  auto& shared = SharedRestaurant::get();
  const auto spy = shared.restaurant.vhost().spy("orders_topic");
  const auto answer = shared.post(body);
  INFO(body + "\n" + answer.body);
  REQUIRE(answer.status == 200);
  CHECK(answer.text("priority") == expected.priority);
  CHECK(shared.restaurant.database().query(
            "SELECT o.priority, o.assigned_priority, l.notes FROM orders o JOIN order_status_log l ON l.order_id = o.id"
            " WHERE o.number = '" +
            answer.number() + "'") == TestDatabase::Rows{{expected.priority, expected.priority, expected.notes}});
  const auto messages = shared.restaurant.vhost().take_all(spy, 1, core::after(5s));
  REQUIRE(messages.size() == 1);
  CHECK(messages.front().priority == std::stoi(expected.priority));
  CHECK(messages.front().routing_key == "kitchen.takeout." + expected.priority);
  CHECK(messages.front().body.ends_with(R"("priority":)" + expected.priority + "}"));
  shared.restaurant.vhost().remove_queue(spy);
}

TestDatabase& database() { return SharedRestaurant::get().restaurant.database(); }

void remember(const std::string& name, const std::string& type, int completed) {
  database().execute("INSERT INTO customers (name, type, orders_completed) VALUES ('" + name + "', '" + type + "', " +
                     std::to_string(completed) + ")");
}

std::string priced(const std::string& customer, const std::string& price) {
  return order_with({{"customer_name", in_quotes(customer)}, {"items", "[" + item(R"("A")", "1", price) + "]"}});
}

}  // namespace

TEST_CASE("who is a VIP by the customers table goes first, whatever the order says of them") {
  remember("Vera", "vip", 0);
  check_placed(takeout_order("Vera"), {"10", "priority 10: vip customer by the customers table"});
  check_placed(takeout_order("Vera", R"(, "customer_type": "regular")"),
               {"10", "priority 10: vip customer by the customers table"});
  check_placed(takeout_order("Vera", R"(, "customer_type": "vip")"), {"10", "priority 10: vip customer"});
  // Names are compared as they are.
  check_placed(takeout_order("vera"), {"1", "priority 1: standard order"});
}

TEST_CASE("who says to be a VIP is one for this order and not for the next") {
  check_placed(takeout_order("Max", R"(, "customer_type": "vip")"), {"10", "priority 10: vip customer"});
  check_placed(takeout_order("Max"), {"1", "priority 1: standard order"});
  CHECK(database().value("SELECT type FROM customers WHERE name = 'Max'") == "regular");
}

TEST_CASE("a customer with an order completed or delivered is a repeat customer; one with orders only placed is not") {
  remember("Rita", "regular", 1);
  check_placed(takeout_order("Rita"), {"5", "priority 5: repeat customer"});
  check_placed(takeout_order("Rita"), {"5", "priority 5: repeat customer"});
  check_placed(priced("Rita", "50.00"), {"5", "priority 5: total 50.00 to 100.00"});
  check_placed(priced("Rita", "100.01"), {"10", "priority 10: total over 100.00"});
  check_placed(takeout_order("Nora"), {"1", "priority 1: standard order"});
  check_placed(takeout_order("Nora"), {"1", "priority 1: standard order"});
}

TEST_CASE("every order is counted for its customer, names of any script, new and known ones") {
  remember("Zoë O''Neil", "vip", 3);
  for (const auto* name : {"Zoë O'Neil", "Ольга", "Zoë O'Neil"}) {
    REQUIRE(SharedRestaurant::get().post(takeout_order(name)).status == 200);
  }
  CHECK(database().query("SELECT name, type, orders_placed, orders_completed FROM customers"
                         " WHERE name IN ('Zoë O''Neil', 'Ольга') ORDER BY name COLLATE \"C\"") ==
        TestDatabase::Rows{{"Zoë O'Neil", "vip", "2", "3"}, {"Ольга", "regular", "1", "0"}});
  CHECK(database().value("SELECT bool_and(updated_at >= created_at AND now() - updated_at < interval '30 seconds')"
                         " FROM customers WHERE name = 'Ольга'") == "t");
}

TEST_CASE("what was received is counted by class and day, each order once") {
  Restaurant restaurant;
  const auto& orders = restaurant.start_order_service();
  for (const auto* price : {"1.00", "60.00", "49.99", "150.00", "99.00", "2.00"}) {
    REQUIRE(post_order(orders.port, priced("Anna", price)).status == 200);
  }
  const auto counters = restaurant.database().query(
      "SELECT class, received, started, day = (now() AT TIME ZONE 'UTC')::date FROM priority_counters"
      " WHERE counted_by = 'order-service' ORDER BY class");
  CHECK(counters == TestDatabase::Rows{{"high", "1", "0", "t"}, {"medium", "2", "0", "t"}, {"normal", "3", "0", "t"}});
}

TEST_CASE("a new order waits for the cook") {
  const auto answer = SharedRestaurant::get().post(takeout_order("Willi"));
  CHECK(database().query("SELECT station, status, promotions, overdue, precedence,"
                         " abs(extract(epoch FROM waiting_since - created_at)) < 5 FROM orders WHERE number = '" +
                         answer.number() + "'") == TestDatabase::Rows{{"cook", "received", "0", "f", "1", "t"}});
}
