#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/staff/staff_restaurant.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// The status message of a move, byte for byte; the time is that of its log row.
std::string expected_body(StaffRestaurant& here, const std::string& number, const std::string& from,
                          const std::string& to, const std::string& completion) {
  const auto at = here.database().value(
      R"(SELECT to_char(l.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM order_status_log l)"
      " JOIN orders o ON o.id = l.order_id WHERE o.number = '" +
      number + "' AND l.status = '" + to + "'");
  const auto customer = here.of_order(number, "customer_name");
  return R"({"order_number":")" + number + R"(","old_status":")" + from + R"(","new_status":")" + to +
         R"(","changed_by":"staff","timestamp":")" + at + R"(","estimated_completion":)" + completion +
         R"(,"customer_name":")" + customer + R"(","order_type":")" + here.of_order(number, "type") + "\"}";
}

/// The answer tells what stands in the row.
void check_answer(StaffRestaurant& here, const Answer& answer, const std::string& number, const std::string& status) {
  CAPTURE(answer.body);
  CHECK(answer.status == 200);
  CHECK(answer.text("order_number") == number);
  CHECK(answer.text("status") == status);
  CHECK(answer.text("priority") == here.of_order(number, "priority"));
  CHECK(answer.text("updated_at") == here.utc_of(number, "updated_at"));
  CHECK(here.of_order(number, "status") == status);
}

}  // namespace

TEST_CASE("a delivery goes out, arrives and is completed: each time a row, a reason and a message") {
  auto& here = StaffRestaurant::get();
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const auto number = here.plant("ready", "delivery");
  INFO(here.restaurant.output());

  check_answer(here, here.ask(number, "dispatch", R"({"reason": "with Boris"})"), number, "out_for_delivery");
  check_answer(here, here.ask(number, "deliver"), number, "delivered");
  check_answer(here, here.ask(number, "complete", "{}"), number, "completed");
  CHECK(here.log_of(number) == "out_for_delivery staff with Boris; delivered staff; completed staff");

  const auto was_ready = '"' + here.utc_of(number, "completed_at") + '"';
  const auto messages = here.restaurant.vhost().take_all(spy, 3, core::after(10s));
  CHECK(bodies_about(number, messages) ==
        std::vector{expected_body(here, number, "ready", "out_for_delivery", was_ready),
                    expected_body(here, number, "out_for_delivery", "delivered", was_ready),
                    expected_body(here, number, "delivered", "completed", was_ready)});
  std::set<std::string> ids;
  for (const auto& message : messages) {
    CHECK(message.content_type == "application/json");
    CHECK(message.delivery_mode == 2);
    CHECK(message.type == "status_update");
    CHECK(message.app_id == "order-service");
    CHECK(message.correlation_id == here.of_order(number, "request_id"));
    CHECK(message.headers.at("traceparent") == here.of_order(number, "traceparent"));
    ids.insert(message.message_id.value_or(""));
  }
  CHECK(ids.size() == 3);
  const auto customer = here.of_order(number, "customer_name");
  CHECK(here.database().value("SELECT orders_completed FROM customers WHERE name = '" + customer + "'") == "1");
}

TEST_CASE("a takeout that was picked up is completed") {
  auto& here = StaffRestaurant::get();
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const auto number = here.plant("ready");
  check_answer(here, here.ask(number, "complete"), number, "completed");
  CHECK(here.log_of(number) == "completed staff");
  const auto was_ready = '"' + here.utc_of(number, "completed_at") + '"';
  CHECK(bodies_about(number, here.restaurant.vhost().take_all(spy, 1, core::after(10s))) ==
        std::vector{expected_body(here, number, "ready", "completed", was_ready)});
}

TEST_CASE("an order placed by a customer is cancelled with its reason, and a human's deed is in the log") {
  auto& here = StaffRestaurant::get();
  const auto number = here.restaurant.place(takeout_order("Anna"));
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  check_answer(here, here.ask(number, "cancel", R"({"reason": "Гость передумал"})"), number, "cancelled");
  CHECK(here.restaurant.history(number) == "received cancelled");
  CHECK(here.database().value("SELECT notes FROM order_status_log WHERE status = 'cancelled' AND order_id ="
                              " (SELECT id FROM orders WHERE number = '" +
                              number + "')") == "Гость передумал");
  CHECK(here.of_order(number, "waiting_since IS NULL AND completed_at IS NULL") == "t");
  CHECK(bodies_about(number, here.restaurant.vhost().take_all(spy, 1, core::after(10s))) ==
        std::vector{expected_body(here, number, "received", "cancelled", "null")});
  const auto line = here.orders->process.wait_for_line(logs_action("order_cancelled", number), core::after(10s));
  REQUIRE(line);
  CHECK(log_line_faults(line->text).empty());
  CHECK(read_log_line(line->text)->level == "INFO");
  CHECK(line->text.find("передумал") == std::string::npos);
}

TEST_CASE("an order that was ready and is cancelled is not expected any more") {
  auto& here = StaffRestaurant::get();
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const auto number = here.plant("ready", "dine_in");
  check_answer(here, here.ask(number, "cancel"), number, "cancelled");
  CHECK(bodies_about(number, here.restaurant.vhost().take_all(spy, 1, core::after(10s))) ==
        std::vector{expected_body(here, number, "ready", "cancelled", "null")});
}

TEST_CASE("what is asked for again is answered the same and done once") {
  auto& here = StaffRestaurant::get();
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const std::map<std::string, std::pair<std::string, std::string>> moves{{"cancel", {"cooking", "takeout"}},
                                                                         {"dispatch", {"ready", "delivery"}},
                                                                         {"deliver", {"out_for_delivery", "delivery"}},
                                                                         {"complete", {"ready", "dine_in"}}};
  for (const auto& [operation, order] : moves) {
    CAPTURE(operation);
    const auto number = here.plant(order.first, order.second);
    const auto first = here.ask(number, operation, R"({"reason": "first"})");
    CHECK(first.status == 200);
    for (int i = 0; i < 3; ++i) {
      const auto again = here.ask(number, operation, R"({"reason": "again"})");
      CHECK(again.status == 200);
      CHECK(again.body == first.body);
    }
    CHECK(here.log_of(number) == first.text("status") + " staff first");
    REQUIRE(here.announced());
    CHECK(bodies_about(number, here.restaurant.vhost().take_all(spy)).size() == 1);
  }
}

TEST_CASE("of all moves of all orders exactly those of the contract are possible, the others name the status") {
  auto& here = StaffRestaurant::get();
  // CONTRACT §2: ready → completed; ready → out_for_delivery → delivered → completed for delivery; cancelled from
  // received, cooking, ready or out_for_delivery. Nothing else. What is there already stays, with 200.
  using Case = std::tuple<std::string, std::string, std::string>;
  std::set<Case> possible;
  for (const std::string type : {"dine_in", "takeout", "delivery"}) {
    for (const std::string from : {"received", "cooking", "ready", "cancelled"})
      possible.insert({"cancel", from, type});
    for (const std::string from : {"ready", "completed"}) possible.insert({"complete", from, type});
  }
  possible.insert({{"cancel", "out_for_delivery", "delivery"},
                   {"dispatch", "ready", "delivery"},
                   {"dispatch", "out_for_delivery", "delivery"},
                   {"deliver", "out_for_delivery", "delivery"},
                   {"deliver", "delivered", "delivery"},
                   {"complete", "delivered", "delivery"}});
  for (const std::string type : {"dine_in", "takeout", "delivery"}) {
    for (const std::string from :
         {"received", "cooking", "ready", "out_for_delivery", "delivered", "completed", "cancelled"}) {
      const bool on_road = from == "out_for_delivery" || from == "delivered";
      if (on_road && type != "delivery") continue;  // there are none
      for (const std::string operation : {"cancel", "dispatch", "deliver", "complete"}) {
        CAPTURE(type, from, operation);
        const auto number = here.plant(from, type);
        const auto answer = here.ask(number, operation);
        if (possible.contains({operation, from, type})) {
          CHECK(answer.status == 200);
          continue;
        }
        CHECK(answer.status == 409);
        CHECK(answer.text("error") == "illegal_transition");
        CHECK(answer.text("current_status") == from);
        CHECK(answer.text("detail").find("is " + from) != std::string::npos);
        CHECK(here.of_order(number, "status") == from);
        CHECK(here.log_of(number).empty());
      }
    }
  }
}

TEST_CASE("the priority of an order that waits is the staff's to set") {
  auto& here = StaffRestaurant::get();
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const auto number = here.plant("received");
  check_answer(here, here.ask(number, "priority", R"({"priority": 10, "reason": "waits at the counter"})"), number,
               "received");
  CHECK(here.of_order(number, "priority") == "10");
  check_answer(here, here.ask(number, "priority", R"({"priority": 10})"), number, "received");
  check_answer(here, here.ask(number, "priority", R"({"priority": 2})"), number, "received");
  CHECK(here.log_of(number) == "note staff priority 1 -> 10: waits at the counter; note staff priority 10 -> 2");
  CHECK(here.of_order(number, "waiting_since IS NOT NULL") == "t");
  CHECK(here.orders->process.wait_for_line(logs_action("priority_changed", number), core::after(10s)));
  // No status changed, so nobody is told of one.
  REQUIRE(here.announced());
  CHECK(bodies_about(number, here.restaurant.vhost().take_all(spy)).empty());
}

TEST_CASE("the priority of an order that nobody waits for any more is not") {
  auto& here = StaffRestaurant::get();
  for (const std::string status : {"cooking", "ready", "completed", "cancelled"}) {
    CAPTURE(status);
    const auto number = here.plant(status);
    const auto answer = here.ask(number, "priority", R"({"priority": 7})");
    CHECK(answer.status == 409);
    CHECK(answer.text("error") == "illegal_transition");
    CHECK(answer.text("current_status") == status);
    CHECK(here.of_order(number, "priority") == "1");
    CHECK(here.log_of(number).empty());
  }
}

TEST_CASE("a number that there is not, or cannot be, is 404") {
  auto& here = StaffRestaurant::get();
  for (const std::string number : {"ORD_20260101_999", "ORD_20261399_001", "1", "ORD_20260101_01", "%27%20OR%201"}) {
    for (const std::string operation : {"cancel", "dispatch", "deliver", "complete", "priority"}) {
      CAPTURE(number, operation);
      const auto answer = here.ask(number, operation, R"({"priority": 5})");
      CHECK(answer.status == 404);
      CHECK(answer.text("error") == "order_not_found");
    }
  }
  const auto answer = here.orders->get("/orders/ORD_20260101_001/cancel");
  REQUIRE(answer);
  CHECK(answer->status == 405);
}
