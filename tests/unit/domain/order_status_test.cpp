#include "domain/order_status.hpp"

#include <set>
#include <string>
#include <tuple>

#include <catch2/catch.hpp>

namespace pizza::domain {
namespace {

TEST_CASE("of all 147 moves only those of the status machine are possible") {
  using enum OrderStatus;
  using Move = std::tuple<OrderStatus, OrderStatus, OrderType>;
  std::set<Move> possible;
  for (const auto type : kOrderTypes) {
    possible.insert({{received, cooking, type},
                     {cooking, ready, type},
                     {ready, completed, type},
                     {received, cancelled, type},
                     {cooking, cancelled, type},
                     {ready, cancelled, type}});
  }
  possible.insert({{ready, out_for_delivery, OrderType::delivery},
                   {out_for_delivery, delivered, OrderType::delivery},
                   {out_for_delivery, cancelled, OrderType::delivery},
                   {delivered, completed, OrderType::delivery}});
  for (const auto from : kOrderStatuses) {
    for (const auto to : kOrderStatuses) {
      for (const auto type : kOrderTypes) {
        CAPTURE(to_string(from), to_string(to), to_string(type));
        CHECK(may_move(from, to, type) == possible.contains({from, to, type}));
      }
    }
  }
}

TEST_CASE("every status is read back from its name") {
  std::set<std::string> names;
  for (const auto status : kOrderStatuses) {
    names.emplace(to_string(status));
    CHECK(parse_order_status(to_string(status)) == status);
  }
  CHECK(names == std::set<std::string>{"received", "cooking", "ready", "out_for_delivery", "delivered", "completed",
                                       "cancelled"});
  CHECK(parse_order_status("out-for-delivery") == OrderStatus::out_for_delivery);
  for (const auto* text : {"", "Ready", "ready ", "preparing", "out for delivery", "canceled"}) {
    CHECK_FALSE(parse_order_status(text));
  }
}

TEST_CASE("order types are read by their exact names and by the earlier text's dine-in") {
  CHECK(parse_order_type("dine_in") == OrderType::dine_in);
  CHECK(parse_order_type("dine-in") == OrderType::dine_in);
  CHECK(parse_order_type("takeout") == OrderType::takeout);
  CHECK(parse_order_type("delivery") == OrderType::delivery);
  for (const auto* text : {"", "Dine_in", "DELIVERY", "take_out", "takeaway", "pizza", " takeout"}) {
    CHECK_FALSE(parse_order_type(text));
  }
  CHECK(to_string(OrderType::dine_in) == "dine_in");
  CHECK(to_string(OrderType::takeout) == "takeout");
  CHECK(to_string(OrderType::delivery) == "delivery");
}

TEST_CASE("customer types are regular and vip") {
  CHECK(parse_customer_type("regular") == CustomerType::regular);
  CHECK(parse_customer_type("vip") == CustomerType::vip);
  CHECK_FALSE(parse_customer_type("VIP"));
  CHECK_FALSE(parse_customer_type(""));
}

}  // namespace
}  // namespace pizza::domain
