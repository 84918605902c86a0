#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "core/clock.hpp"
#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "json/reader.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::set<std::string> members_of(const json::Value& document) {
  std::set<std::string> names;
  if (document.object() == nullptr) return names;
  for (const auto& [name, value] : *document.object()) names.insert(name);
  return names;
}

struct Placed {
  Answer answer;
  BrokerMessage message;
};

/// Places an order and takes its message from the queue that it must have been routed to.
Placed place_and_take(const std::string& body, const std::string& queue, const http::Client::Headers& headers = {}) {
  auto& shared = SharedRestaurant::get();
  auto& vhost = shared.restaurant.vhost();
  for (const auto* each : {"kitchen_dine_in_queue", "kitchen_takeout_queue", "kitchen_delivery_queue"}) {
    vhost.purge(each);
  }
  Placed placed{shared.post(body, headers), {}};
  INFO(placed.answer.body);
  REQUIRE(placed.answer.status == 200);
  auto messages = vhost.take_all(queue, 1, core::after(5s));
  REQUIRE(messages.size() == 1);
  placed.message = std::move(messages.front());
  return placed;
}

}  // namespace

TEST_CASE("a placed order answers number, status, exact total, priority and an estimate") {
  auto& shared = SharedRestaurant::get();
  const auto before = std::chrono::system_clock::now();
  const auto answer = shared.post(
      order_with({{"items", "[" + item(R"("A")", "1", "15.99") + "," + item(R"("B")", "1", "8.99") + "]"}}));
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/json");
  CHECK(members_of(answer.document) ==
        std::set<std::string>{"order_number", "status", "total_amount", "priority", "estimated_completion"});
  CHECK(answer.number().starts_with("ORD_" + today() + "_"));
  CHECK(answer.number().size() == 16);
  CHECK(answer.text("status") == "received");
  CHECK(answer.document.find("total_amount")->number()->text == "24.98");
  CHECK(answer.document.find("priority")->number()->text == "1");
  const auto ready_at = core::parse_utc(answer.text("estimated_completion"));
  REQUIRE(ready_at);
  CHECK(answer.text("estimated_completion").ends_with("Z"));
  CHECK(*ready_at > before);
}

TEST_CASE("an order is stored with its items and its first log row") {
  auto& shared = SharedRestaurant::get();
  const auto answer =
      shared.post(order_with({{"customer_name", R"("Zoë O'Neil")"},
                              {"order_type", R"("delivery")"},
                              {"delivery_address", R"("  12 \"Baker\" Street, {Flat\\3}, NULL  ")"},
                              {"items", "[" + item(R"("Pizza \"Quattro\", {a,b} \\ 🍕")", "7", "15.99") + "," +
                                            item(R"("NULL")", "2", "0.5") + "]"}}),
                  {{"X-Request-ID", "stored-1"}});
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  auto& database = shared.restaurant.database();
  const auto where = " WHERE o.number = '" + answer.number() + "'";
  CHECK(database.query("SELECT customer_name, type, table_number, delivery_address, total_amount, priority, status,"
                       " processed_by, completed_at, customer_type, rush, request_id FROM orders o" +
                       where) ==
        TestDatabase::Rows{{"Zoë O'Neil", "delivery", "NULL", R"(12 "Baker" Street, {Flat\3}, NULL)", "112.93", "10",
                            "received", "NULL", "NULL", "regular", "f", "stored-1"}});
  CHECK(database.query("SELECT i.name, i.quantity, i.price FROM order_items i JOIN orders o ON o.id = i.order_id" +
                       where + " ORDER BY i.id") ==
        TestDatabase::Rows{{R"(Pizza "Quattro", {a,b} \ 🍕)", "7", "15.99"}, {"NULL", "2", "0.50"}});
  CHECK(database.query("SELECT l.status, l.changed_by, l.notes FROM order_status_log l"
                       " JOIN orders o ON o.id = l.order_id" +
                       where) == TestDatabase::Rows{{"received", "order-service", "priority 10: total over 100.00"}});
  CHECK(database.value("SELECT abs(extract(epoch FROM now() - created_at)) < 30 AND created_at = updated_at"
                       " FROM orders o" +
                       where) == "t");
}

TEST_CASE("the message of an order has exactly the printed members") {
  const auto delivered =
      place_and_take(order_with({{"order_type", R"("delivery")"},
                                 {"customer_name", R"("John Doe")"},
                                 {"delivery_address", R"("123 Main St, City")"},
                                 {"items", "[" + item(R"("Margherita Pizza")", "7", "15.99") + "]"}}),
                     "kitchen_delivery_queue");
  CHECK(
      delivered.message.body ==
      R"({"order_number":")" + delivered.answer.number() +
          R"(","customer_name":"John Doe","order_type":"delivery","table_number":null,)"
          R"("delivery_address":"123 Main St, City","items":[{"name":"Margherita Pizza","quantity":7,"price":15.99}],)"
          R"("total_amount":111.93,"priority":10})");
  const auto seated =
      place_and_take(order_with({{"order_type", R"("dine-in")"}, {"table_number", "5"}}), "kitchen_dine_in_queue");
  const auto document = json::read(seated.message.body);
  REQUIRE(document);
  CHECK(members_of(*document) == std::set<std::string>{"order_number", "customer_name", "order_type", "table_number",
                                                       "delivery_address", "items", "total_amount", "priority"});
  CHECK(*document->find("order_type")->string() == "dine_in");
  CHECK(document->find("table_number")->number()->text == "5");
  CHECK(document->find("delivery_address")->is_null());
}

TEST_CASE("a message has its routing key and every property of the contract") {
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto& [answer, message] =
      place_and_take(order_with({{"rush", "true"}}), "kitchen_takeout_queue", {{"X-Request-ID", "props-1"}});
  CHECK(message.exchange == "orders_topic");
  CHECK(message.routing_key == "kitchen.takeout.10");
  CHECK(message.delivery_mode == 2);
  CHECK(message.priority == 10);
  CHECK(message.correlation_id == "props-1");
  CHECK(message.content_type == "application/json");
  CHECK(message.type == "order");
  CHECK(message.app_id == "order-service");
  REQUIRE(message.timestamp);
  CHECK(*message.timestamp >= static_cast<std::uint64_t>(before.time_since_epoch().count()));
  CHECK(*message.timestamp <= static_cast<std::uint64_t>(before.time_since_epoch().count() + 30));
  REQUIRE(message.message_id);
  // The row is gone by now or soon; its id was the last of the outbox's sequence.
  CHECK(*message.message_id ==
        SharedRestaurant::get().restaurant.database().value("SELECT last_value FROM outbox_id_seq"));
}

TEST_CASE("each type and priority has its routing key and its one queue") {
  struct Route {
    std::map<std::string, std::string> changes;
    std::string queue;
    std::string key;
  };
  const std::vector<Route> routes{
      {{}, "kitchen_takeout_queue", "kitchen.takeout.1"},
      {{{"order_type", R"("dine_in")"}, {"table_number", "1"}}, "kitchen_dine_in_queue", "kitchen.dine_in.1"},
      {{{"order_type", R"("delivery")"}, {"delivery_address", R"("12 Baker Street")"}},
       "kitchen_delivery_queue",
       "kitchen.delivery.1"},
      {{{"items", "[" + item(R"("A")", "5", "10") + "]"}}, "kitchen_takeout_queue", "kitchen.takeout.5"}};
  auto& vhost = SharedRestaurant::get().restaurant.vhost();
  const auto spy = vhost.spy("orders_topic");
  for (const auto& [changes, queue, key] : routes) {
    const auto placed = place_and_take(order_with(changes), queue);
    CHECK(placed.message.routing_key == key);
    CHECK(placed.message.body.find(placed.answer.number()) != std::string::npos);
  }
  CHECK(vhost.take_all(spy).size() == routes.size());
  CHECK(vhost.count("kitchen_queue") == 0);
  vhost.remove_queue(spy);
}

TEST_CASE("totals are exact to the cent") {
  struct Sum {
    std::string items;
    std::string total;
  };
  const auto one = [](const char* quantity, const char* price) { return item(R"("A")", quantity, price); };
  const std::vector<Sum> sums{{"[" + one("1", "0.01") + "]", "0.01"},
                              {"[" + one("3", "0.01") + "]", "0.03"},
                              {"[" + one("1", "0.1") + "," + one("1", "0.2") + "]", "0.30"},
                              {"[" + one("3", "0.1") + "]", "0.30"},
                              {"[" + one("3", "1.1") + "]", "3.30"},
                              {"[" + one("10", "1.15") + "]", "11.50"},
                              {"[" + one("1", "4.35") + "," + one("1", "1.005e2") + "]", "104.85"},
                              {array_of(20, one("10", "999.99")), "199998.00"},
                              {array_of(20, one("7", "0.07")), "9.80"}};
  auto& shared = SharedRestaurant::get();
  for (const auto& [items, total] : sums) {
    const auto answer = shared.post(order_with({{"items", items}}));
    INFO(items);
    CHECK(answer.status == 200);
    CHECK(answer.text("total_amount") == total);
    CHECK(shared.restaurant.database().value("SELECT total_amount FROM orders WHERE number = '" + answer.number() +
                                             "'") == total);
  }
}

TEST_CASE("priority follows the highest rule that applies, and the log says which") {
  struct Rule {
    std::string price;
    std::map<std::string, std::string> changes;
    std::string priority;
    std::string notes;
  };
  const std::vector<Rule> rules{
      {"49.99", {}, "1", "priority 1: standard order"},
      {"50.00", {}, "5", "priority 5: total 50.00 to 100.00"},
      {"100.00", {}, "5", "priority 5: total 50.00 to 100.00"},
      {"100.01", {}, "10", "priority 10: total over 100.00"},
      {"1.00", {{"customer_type", R"("vip")"}}, "10", "priority 10: vip customer"},
      {"1.00", {{"rush", "true"}}, "10", "priority 10: rush order"},
      {"60.00", {{"rush", "true"}}, "10", "priority 10: rush order"},
      {"1.00", {{"customer_type", R"("regular")"}, {"rush", "false"}}, "1", "priority 1: standard order"}};
  auto& shared = SharedRestaurant::get();
  for (auto [price, changes, priority, notes] : rules) {
    changes["items"] = "[" + item(R"("A")", "1", price) + "]";
    const auto answer = shared.post(order_with(changes));
    INFO(order_with(changes));
    CHECK(answer.text("priority") == priority);
    CHECK(
        shared.restaurant.database().query(
            "SELECT o.priority, l.notes FROM orders o JOIN order_status_log l ON l.order_id = o.id WHERE o.number = '" +
            answer.number() + "'") == TestDatabase::Rows{{priority, notes}});
  }
}
