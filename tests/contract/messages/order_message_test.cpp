#include "contracts/order_message.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>

namespace pizza::contracts {
namespace {

// The specification's example (Order Service, Logic 5), without its spaces.
constexpr std::string_view kGolden =
    R"({"order_number":"ORD_20241216_001","customer_name":"John Doe","order_type":"delivery","table_number":null,)"
    R"("delivery_address":"123 Main St, City","items":[{"name":"Margherita Pizza","quantity":7,"price":15.99}],)"
    R"("total_amount":111.93,"priority":10})";

OrderMessage example() {
  domain::Order order;
  order.customer_name = "John Doe";
  order.type = domain::OrderType::delivery;
  order.delivery_address = "123 Main St, City";
  order.items = {{"Margherita Pizza", 7, domain::Money::from_cents(15'99)}};
  return {.order_number = "ORD_20241216_001", .order = order, .total = domain::total_of(order), .priority = 10};
}

std::string fault_of(std::string_view body) {
  const auto ticket = decode_order_message(body);
  return ticket ? "accepted" : ticket.error();
}

std::string replaced(std::string_view what, std::string_view with) {
  std::string body{kGolden};
  return body.replace(body.find(what), what.size(), with);
}

TEST_CASE("the specification's order message is written byte for byte") { CHECK(encode(example()) == kGolden); }

TEST_CASE("a table is a number, an absent address is null, and amounts have two decimals") {
  auto message = example();
  message.order.type = domain::OrderType::dine_in;
  message.order.table_number = 5;
  message.order.delivery_address.reset();
  message.order.customer_name = "José \"Pepe\"";
  message.order.customer_type = domain::CustomerType::vip;
  message.order.items = {{"A", 1, domain::Money::from_cents(10'00)}, {"B", 2, domain::Money::from_cents(5)}};
  message.total = domain::total_of(message.order);
  CHECK(
      encode(message) ==
      R"({"order_number":"ORD_20241216_001","customer_name":"José \"Pepe\"","order_type":"dine_in","table_number":5,)"
      R"("delivery_address":null,"items":[{"name":"A","quantity":1,"price":10.00},{"name":"B","quantity":2,"price":0.05}],)"
      R"("total_amount":10.10,"priority":10})");
}

TEST_CASE("what we write a kitchen worker can read") {
  for (const auto type : domain::kOrderTypes) {
    auto message = example();
    message.order.type = type;
    const auto ticket = decode_order_message(encode(message));
    REQUIRE(ticket);
    CHECK(ticket->order_number == "ORD_20241216_001");
    CHECK(ticket->type == type);
  }
}

TEST_CASE("a message from elsewhere is read whatever its spaces, order and further members") {
  const auto ticket = decode_order_message(R"( { "priority" : 1, "x" : {"y": [1e40, {}]}, "customer_type": "vip",
    "order_type" : "dine-in", "order_number" : "ORD_20241216_1000", "items": [], "table_number": 5 } )");
  REQUIRE(ticket);
  CHECK(ticket->order_number == "ORD_20241216_1000");
  CHECK(ticket->type == domain::OrderType::dine_in);
  CHECK(fault_of(R"({"order_number":"7","order_type":"takeout"})") == "accepted");
  CHECK(fault_of(R"({"order_number":"7","order_type":"takeout","customer_name":null,"items":null,"priority":null})") ==
        "accepted");
}

TEST_CASE("an order number is any text of 1 to 64 characters") {
  const std::string long_enough(64, 'x');
  CHECK(fault_of(replaced("ORD_20241216_001", long_enough)) == "accepted");
  CHECK(fault_of(replaced("ORD_20241216_001", long_enough + "x")) == "order_number must be 1 to 64 characters long");
  CHECK(fault_of(replaced("ORD_20241216_001", "")) == "order_number must be 1 to 64 characters long");
}

TEST_CASE("each kind of broken body is refused for its reason") {
  const auto [body, fault] = GENERATE(values<std::pair<std::string, std::string>>({
      {"", "not JSON: empty document at byte 0"},
      {"hello", "not JSON: invalid value at byte 0"},
      {"{}{}", "not JSON: data after the document at byte 2"},
      {R"({"order_number":"1","order_number":"2"})", "not JSON: doubled key at byte 38"},
      {"\"\xFF\"", "not JSON: invalid UTF-8 at byte 1"},
      {"[]", "not a JSON object"},
      {"null", "not a JSON object"},
      {"7", "not a JSON object"},
      {"{}", "order_number is required"},
      {std::string(262'145, ' '), "longer than 262144 bytes"},
      {R"({"order_number":null,"order_type":"takeout"})", "order_number is required"},
      {R"({"order_number":7,"order_type":"takeout"})", "order_number must be a string"},
      {R"({"order_number":"7"})", "order_type is required"},
      {R"({"order_number":"7","order_type":1})", "order_type must be a string"},
      {R"({"order_number":"7","order_type":"pizza"})", "order_type is not a known value"},
      {replaced(R"("John Doe")", "7"), "customer_name must be a string"},
      {replaced(R"("123 Main St, City")", "[]"), "delivery_address must be a string"},
      {replaced(R"("table_number":null)", R"("table_number":"5")"), "table_number must be a number"},
      {replaced("111.93", R"("111.93")"), "total_amount must be a number"},
      {replaced(R"("priority":10)", R"("priority":true)"), "priority must be a number"},
      {replaced(R"([{"name":"Margherita Pizza","quantity":7,"price":15.99}])", "{}"), "items must be an array"},
  }));
  CAPTURE(body);
  CHECK(fault_of(body) == fault);
}

TEST_CASE("every beginning of an order message is refused") {
  REQUIRE(fault_of(kGolden) == "accepted");
  for (std::size_t size = 0; size < kGolden.size(); ++size) {
    REQUIRE(fault_of(kGolden.substr(0, size)).starts_with("not JSON: "));
  }
}

}  // namespace
}  // namespace pizza::contracts
