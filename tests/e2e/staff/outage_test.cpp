#include <chrono>
#include <string>

#include <catch2/catch.hpp>

#include "e2e/staff/staff_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/tcp_proxy.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::string behind(const TcpProxy& proxy, const std::string& scheme, const std::string& user,
                   const std::string& password, const std::string& path) {
  return scheme + "://" + user + ":" + password + "@127.0.0.1:" + std::to_string(proxy.port()) + "/" + path;
}

/// The database of the order-service is behind a proxy.
struct DatabaseBehindProxy {
  Restaurant restaurant;
  TcpProxy proxy{restaurant.database().server().port};
  Service& orders = restaurant.start_order_service(
      {{},
       {{"PIZZA_ORDER_STAFF_TOKEN", kStaffToken},
        {"DB_URL", behind(proxy, "postgres", restaurant.database().user(), restaurant.database().password(),
                          restaurant.database().name())}}});
  std::string number = restaurant.place(takeout_order());
};

/// The broker of the order-service is behind a proxy.
struct BrokerBehindProxy {
  Restaurant restaurant;
  TcpProxy proxy{restaurant.vhost().broker().port};
  Service& orders = restaurant.start_order_service(
      {{},
       {{"PIZZA_ORDER_STAFF_TOKEN", kStaffToken},
        {"RABBITMQ", behind(proxy, "amqp", restaurant.vhost().broker().user, restaurant.vhost().broker().password,
                            restaurant.vhost().name())}}});
};

}  // namespace

TEST_CASE("a COMMIT whose answer was lost is found done: 200, one row, one message") {
  DatabaseBehindProxy here;
  here.proxy.cut_after_client_sends("COMMIT");
  const auto answer = ask_staff(here.orders, here.number, "cancel", R"({"reason": "late"})");
  INFO(here.orders.process.output());
  CHECK(here.proxy.cuts() == 1);
  CHECK(answer.status == 200);
  CHECK(answer.text("status") == "cancelled");
  CHECK(here.restaurant.history(here.number) == "received cancelled");
  CHECK(here.orders.process.wait_for_line(logs_action("commit_in_doubt", here.number), core::after(10s)));
  // Nobody handed it over: it waits for the sweep.
  CHECK(here.restaurant.database().value("SELECT count(*) FROM outbox WHERE message_type = 'status_update'") == "1");
}

TEST_CASE("a COMMIT that never reached the server is done by the repetition") {
  DatabaseBehindProxy here;
  here.proxy.cut_before_client_sends("COMMIT");
  const auto answer = ask_staff(here.orders, here.number, "priority", R"({"priority": 9})");
  INFO(here.orders.process.output());
  CHECK(here.proxy.cuts() == 1);
  CHECK(answer.status == 200);
  CHECK(answer.text("priority") == "9");
  CHECK(here.restaurant.database().value("SELECT string_agg(notes, ' ') FROM order_status_log WHERE status IS NULL") ==
        "priority 1 -> 9");
}

TEST_CASE("while the database is away the staff is told so, afterwards it is served") {
  DatabaseBehindProxy here;
  REQUIRE(ask_staff(here.orders, here.number, "priority", R"({"priority": 9})").status == 200);
  here.proxy.block(true);
  const auto answer = ask_staff(here.orders, here.number, "cancel");
  CHECK(answer.status == 500);
  CHECK(answer.text("error") == "database_unavailable");
  CHECK(here.orders.process.wait_for_line(logs_action("db_transaction_failed", here.number), core::after(10s)));
  here.proxy.block(false);
  CHECK(ask_staff(here.orders, here.number, "cancel").status == 200);
  CHECK(here.restaurant.history(here.number) == "received cancelled");
}

TEST_CASE("sessions that an administrator ended cost the staff nothing") {
  StaffRestaurant here;
  const auto number = here.plant("ready", "delivery");
  CHECK(here.ask(number, "dispatch").status == 200);
  here.database().disconnect_everyone();
  CHECK(here.ask(number, "deliver").status == 200);
  CHECK(here.log_of(number) == "out_for_delivery staff; delivered staff");
}

TEST_CASE("while the broker is away the staff is served, and the message comes when it is back") {
  BrokerBehindProxy here;
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const auto number = here.restaurant.place(takeout_order());
  here.proxy.block(true);
  REQUIRE(eventually(core::after(30s), [&] { return !here.orders.ready(); }));
  CHECK(ask_staff(here.orders, number, "cancel").status == 200);
  CHECK(here.restaurant.history(number) == "received cancelled");
  CHECK(here.restaurant.vhost().take_all(spy).empty());
  here.proxy.block(false);
  const auto messages = here.restaurant.vhost().take_all(spy, 1, core::after(40s));
  INFO(here.orders.process.output());
  REQUIRE(bodies_about(number, messages).size() == 1);
  CHECK(messages.front().body.find(R"("new_status":"cancelled")") != std::string::npos);
}

TEST_CASE("an order-service that was killed and started again goes on where the first was") {
  StaffRestaurant here;
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const auto number = here.plant("ready", "delivery");
  const auto first = here.ask(number, "dispatch", R"({"reason": "with Boris"})");
  CHECK(first.status == 200);
  REQUIRE(here.announced());
  here.restaurant.remove(*here.orders);
  here.orders = &here.restaurant.start_order_service({{}, {{"PIZZA_ORDER_STAFF_TOKEN", kStaffToken}}});
  CHECK(here.ask(number, "dispatch").body == first.body);
  CHECK(here.ask(number, "deliver").status == 200);
  CHECK(here.ask(number, "complete").status == 200);
  CHECK(here.log_of(number) == "out_for_delivery staff with Boris; delivered staff; completed staff");
  CHECK(bodies_about(number, here.restaurant.vhost().take_all(spy, 3, core::after(10s))).size() == 3);
}
