#include "domain/priority.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "domain/cooking.hpp"

namespace pizza::domain {
namespace {

Order order_of(std::int64_t cents) {
  Order order;
  order.items = {{"Pizza", 1, Money::from_cents(cents)}};
  return order;
}

TEST_CASE("the total decides the priority, with both bounds of the middle in the middle") {
  struct Case {
    std::int64_t cents;
    int level;
    std::string reason;
  };
  const auto c = GENERATE(values<Case>({
      {1, 1, "priority 1: standard order"},
      {49'99, 1, "priority 1: standard order"},
      {50'00, 5, "priority 5: total 50.00 to 100.00"},
      {100'00, 5, "priority 5: total 50.00 to 100.00"},
      {100'01, 10, "priority 10: total over 100.00"},
  }));
  CAPTURE(c.cents);
  const auto priority = assign_priority(order_of(c.cents));
  CHECK(priority.level == c.level);
  CHECK(priority.reason == c.reason);
}

TEST_CASE("VIP customers and rush orders go first whatever they cost") {
  auto vip = order_of(1);
  vip.customer_type = CustomerType::vip;
  CHECK(assign_priority(vip).level == 10);
  CHECK(assign_priority(vip).reason == "priority 10: vip customer");
  auto rush = order_of(1);
  rush.rush = true;
  CHECK(assign_priority(rush).level == 10);
  CHECK(assign_priority(rush).reason == "priority 10: rush order");
}

TEST_CASE("VIP by the record goes first like VIP by the order, which is the reason if both are") {
  const CustomerRecord vip{.type = CustomerType::vip, .orders_completed = 7};
  const auto by_record = assign_priority(order_of(1), vip);
  CHECK(by_record.level == 10);
  CHECK(by_record.reason == "priority 10: vip customer by the customers table");
  auto order = order_of(100'01);
  order.rush = true;
  CHECK(assign_priority(order, vip).reason == "priority 10: vip customer by the customers table");
  order.customer_type = CustomerType::vip;
  CHECK(assign_priority(order, vip).reason == "priority 10: vip customer");
}

TEST_CASE("a repeat customer is one with an order completed, and only raises the lowest priority") {
  const auto level = [](std::int64_t cents, std::int64_t completed) {
    return assign_priority(order_of(cents), {.orders_completed = completed}).level;
  };
  CHECK(level(1, 0) == 1);
  CHECK(level(1, 1) == 5);
  CHECK(level(49'99, 1'000'000) == 5);
  CHECK(level(100'01, 1) == 10);
  CHECK(assign_priority(order_of(1), {.orders_completed = 1}).reason == "priority 5: repeat customer");
  CHECK(assign_priority(order_of(50'00), {.orders_completed = 1}).reason == "priority 5: total 50.00 to 100.00");
}

TEST_CASE("priorities count in three classes") {
  for (int level = 1; level <= 10; ++level) {
    CAPTURE(level);
    CHECK(priority_class(level) == (level == 10 ? "high" : level >= 5 ? "medium" : "normal"));
  }
}

TEST_CASE("a total is the sum of price times quantity, up to the largest order there is") {
  Order order;
  order.items = {{"Margherita", 1, Money::from_cents(15'99)}, {"Salad", 1, Money::from_cents(8'99)}};
  CHECK(total_of(order).to_string() == "24.98");
  order.items.assign(20, {"Pizza", 10, Money::from_cents(999'99)});
  CHECK(total_of(order).to_string() == "199998.00");
  CHECK(total_of(Order{}) == Money{});
}

TEST_CASE("cooking takes 8, 10 and 12 seconds by default and scales with the base, rounded up") {
  using std::chrono::milliseconds;
  CHECK(cooking_time(OrderType::dine_in, kDefaultCookingTime) == milliseconds{8000});
  CHECK(cooking_time(OrderType::takeout, kDefaultCookingTime) == milliseconds{10'000});
  CHECK(cooking_time(OrderType::delivery, kDefaultCookingTime) == milliseconds{12'000});
  CHECK(cooking_time(OrderType::dine_in, milliseconds{1}) == milliseconds{1});
  CHECK(cooking_time(OrderType::takeout, milliseconds{1}) == milliseconds{1});
  CHECK(cooking_time(OrderType::delivery, milliseconds{1}) == milliseconds{2});
  for (const auto type : kOrderTypes) CHECK(cooking_time(type, milliseconds{0}) == milliseconds{0});
}

}  // namespace
}  // namespace pizza::domain
