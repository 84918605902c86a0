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
