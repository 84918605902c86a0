#include "contracts/order_request.hpp"

#include <expected>
#include <string_view>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "json/reader.hpp"

namespace pizza::contracts {
namespace {

using Faults = std::vector<domain::Fault>;

std::expected<domain::Order, Faults> validated(std::string_view body) {
  const auto document = json::read(body);
  REQUIRE(document);
  return domain::validate(to_order_form(*document));
}

Faults faults_of(std::string_view body) {
  const auto order = validated(body);
  return order ? Faults{} : order.error();
}

TEST_CASE("the specification's request becomes its order") {
  const auto order = validated(R"({
    "customer_name": "John Doe",
    "order_type": "takeout",
    "items": [
      { "name": "Margherita Pizza", "quantity": 1, "price": 15.99 },
      { "name": "Caesar Salad", "quantity": 1, "price": 8.99 }
    ]
  })");
  REQUIRE(order);
  CHECK(order->customer_name == "John Doe");
  CHECK(order->type == domain::OrderType::takeout);
  REQUIRE(order->items.size() == 2);
  CHECK(order->items[1].name == "Caesar Salad");
  CHECK(domain::total_of(*order).to_string() == "24.98");
}

TEST_CASE("every field arrives") {
  const auto order = validated(R"({"customer_name":"A","order_type":"delivery","delivery_address":"123 Main St, City",
    "items":[{"name":"P","quantity":2,"price":1e1}],"customer_type":"vip","rush":true,"table_number":null})");
  REQUIRE(order);
  CHECK(order->delivery_address == "123 Main St, City");
  CHECK(order->items[0].quantity == 2);
  CHECK(order->items[0].price.cents() == 1000);
  CHECK(order->customer_type == domain::CustomerType::vip);
  CHECK(order->rush);
  CHECK(validated(R"({"customer_name":"A","order_type":"dine_in","table_number":7,
    "items":[{"name":"P","quantity":2,"price":1}]})")
            ->table_number == 7);
}

TEST_CASE("null means absent and unknown fields are ignored") {
  CHECK(
      faults_of(R"({"customer_name":"A","order_type":"takeout","items":[{"name":"P","quantity":1,"price":1,"size":{}}],
    "table_number":null,"delivery_address":null,"customer_type":null,"rush":null,"priority":7,"extra":[[]]})")
          .empty());
  CHECK(faults_of(R"({"customer_name":null,"order_type":null,"items":null})") == faults_of("{}"));
}

TEST_CASE("a field of another JSON type says what it should be") {
  CHECK(faults_of(R"({"customer_name":7,"order_type":true,"items":{},"customer_type":1,"rush":"yes"})") ==
        Faults{{"customer_name", "must be a string"},
               {"order_type", "must be a string"},
               {"items", "must be an array"},
               {"customer_type", "must be regular or vip"},
               {"rush", "must be true or false"}});
  CHECK(faults_of(R"({"customer_name":"A","order_type":"dine_in","table_number":"5",
    "items":[{"name":[],"quantity":"1","price":"9.99"},{"name":"P","quantity":true,"price":null},7,null]})") ==
        Faults{{"items[0].name", "must be a string"},
               {"items[0].quantity", "must be an integer"},
               {"items[0].price", "must be a number"},
               {"items[1].quantity", "must be an integer"},
               {"items[1].price", "is required"},
               {"items[2]", "must be an object"},
               {"items[3]", "must be an object"},
               {"table_number", "must be an integer"}});
}

TEST_CASE("a number keeps its spelling up to the rule that judges it") {
  const auto form = to_order_form(*json::read(R"({"table_number":5.0,"items":[{"price":9.990,"quantity":1e0}]})"));
  CHECK(std::get<domain::NumberText>(form.table_number).text == "5.0");
  const auto& items = std::get<std::vector<domain::Field<domain::ItemForm>>>(form.items);
  const auto& item = std::get<domain::ItemForm>(items.at(0));
  CHECK(std::get<domain::NumberText>(item.price).text == "9.990");
  CHECK(std::get<domain::NumberText>(item.quantity).text == "1e0");
}

}  // namespace
}  // namespace pizza::contracts
