#include <string>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

const http::Client::Headers kJson{{"Content-Type", "application/json"}};
const http::Client::Headers kPlainCurl{{"Content-Type", "application/x-www-form-urlencoded"}};

}  // namespace

TEST_CASE("the printed launch command and the printed requests give the printed answers") {
  Restaurant restaurant;
  const auto port = free_port();
  const auto service =
      restaurant.launch("restaurant-system", {"--mode=order-service", "--port=" + std::to_string(port)});
  const auto started = service->wait_for_line(logs_action("service_started"), core::after(30s));
  INFO(service->output());
  REQUIRE(started);
  const auto line = read_log_line(started->text);
  CHECK(line->message == "Order Service started on port " + std::to_string(port));
  CHECK(line->text("port") == std::to_string(port));
  CHECK(line->text("max_concurrent") == "50");

  // The specification's request, and the same of the earlier text.
  const auto jane = post_order(port, R"({
        "customer_name": "Jane Doe",
        "order_type": "takeout",
        "items": [
          {"name": "Margherita Pizza", "quantity": 1, "price": 15.99},
          {"name": "Caesar Salad", "quantity": 1, "price": 8.99}
        ]
      })",
                               kJson);
  INFO(jane.body);
  CHECK(jane.status == 200);
  CHECK(jane.body.starts_with(R"({"order_number":"ORD_)" + today() +
                              R"(_001","status":"received","total_amount":24.98,)"));

  const auto vip = post_order(port, R"({
    "customer_name": "VIP Customer",
    "customer_type": "vip",
    "order_type": "delivery",
    "delivery_address": "456 Executive Blvd",
    "items": [{"name": "Premium Steak", "quantity": 1, "price": 45.99}],
    "rush": true
  })",
                              kPlainCurl);
  CHECK(vip.status == 200);
  CHECK(vip.number() == "ORD_" + today() + "_002");
  CHECK(vip.text("priority") == "10");
  CHECK(vip.text("status") == "received");
  CHECK_FALSE(vip.text("estimated_completion").empty());

  const auto seated = post_order(port, R"({"customer_name": "John", "order_type": "dine-in", "table_number": 5, 
       "items": [{"name": "Steak", "quantity": 1, "price": 25.99}]})",
                                 kPlainCurl);
  CHECK(seated.status == 200);
  CHECK(seated.text("total_amount") == "25.99");
  CHECK(restaurant.database().value("SELECT type FROM orders WHERE number = '" + seated.number() + "'") == "dine_in");

  const auto delivered = post_order(port, R"({"customer_name": "Jane", "order_type": "delivery", 
       "delivery_address": "123 Main St, City, State 12345",
       "items": [{"name": "Pizza", "quantity": 1, "price": 18.99}]})",
                                    kPlainCurl);
  CHECK(delivered.status == 200);
  CHECK(delivered.text("total_amount") == "18.99");

  const std::string catering = R"({
    "customer_name": "Office Catering",%
    "items": [
      {"name": "Pizza", "quantity": 5, "price": 15.99},
      {"name": "Salad", "quantity": 3, "price": 8.99}
    ]
  })";
  auto as_printed = catering;
  as_printed.erase(as_printed.find('%'), 1);
  const auto refused = post_order(port, as_printed, kPlainCurl);
  CHECK(refused.status == 400);
  CHECK(refused.fault_fields() == "order_type");
  auto completed = catering;
  completed.replace(completed.find('%'), 1, R"("order_type": "takeout",)");
  const auto taken = post_order(port, completed, kPlainCurl);
  CHECK(taken.status == 200);
  CHECK(taken.text("total_amount") == "106.92");

  CHECK(service->terminate(core::after(15s)) == 0);
}

TEST_CASE("status, history and workers can also be asked on the order service's port") {
  auto& shared = SharedRestaurant::get();
  const auto placed = shared.post(order_with());
  REQUIRE(placed.status == 200);
  const auto path = "/orders/" + placed.number();

  const auto status = to_answer(shared.orders.get(path + "/status"));
  CHECK(status.status == 200);
  CHECK(status.text("order_number") == placed.number());
  CHECK(status.text("current_status") == "received");
  CHECK_FALSE(status.text("updated_at").empty());
  CHECK_FALSE(status.text("estimated_completion").empty());
  REQUIRE(status.document.find("processed_by") != nullptr);
  CHECK(status.document.find("processed_by")->is_null());

  const auto history = to_answer(shared.orders.get(path + "/history"));
  CHECK(history.status == 200);
  REQUIRE(history.document.array() != nullptr);
  REQUIRE(history.document.array()->size() == 1);
  CHECK(*history.document.array()->front().find("status")->string() == "received");
  CHECK(*history.document.array()->front().find("changed_by")->string() == "order-service");

  auto& database = shared.restaurant.database();
  database.execute("INSERT INTO workers (name, type, orders_processed) VALUES ('chef_mario', 'general', 5)");
  const auto workers = to_answer(shared.orders.get("/workers/status"));
  database.execute("DELETE FROM workers");
  CHECK(workers.status == 200);
  REQUIRE(workers.document.array() != nullptr);
  REQUIRE(workers.document.array()->size() == 1);
  CHECK(*workers.document.array()->front().find("worker_name")->string() == "chef_mario");
  CHECK(*workers.document.array()->front().find("status")->string() == "online");

  CHECK(to_answer(shared.orders.get("/orders/ORD_20000101_001/status")).status == 404);
  CHECK(to_answer(shared.orders.get("/orders/nonsense/status")).status == 404);
  const auto wrong_method = to_answer(http::Client("127.0.0.1", shared.orders.port, 5s).send("DELETE", "/orders"));
  CHECK(wrong_method.status == 405);
  CHECK(wrong_method.header("allow").find("POST") != std::string::npos);
}
