#include "notifier/app/notification.hpp"

#include <catch2/catch.hpp>

#include "notifier/app/seen.hpp"

namespace {

using namespace pizza::notifier;
using pizza::domain::OrderStatus;

Notification example() {
  return {.order_number = "ORD_20241216_001",
          .old_status = OrderStatus::received,
          .new_status = OrderStatus::cooking,
          .changed_by = "chef_mario",
          .customer_name = "John Doe"};
}

TEST_CASE("the line is the specification's, to the letter") {
  CHECK(to_line(example()) ==
        "Notification for order ORD_20241216_001: Status changed from 'received' to 'cooking' by chef_mario.");
}

TEST_CASE("a filter wants what matches all that it asks for") {
  CHECK(Filter{}.wants(example()));
  CHECK(Filter{.customer = "John Doe", .types = {OrderStatus::cooking}}.wants(example()));
  CHECK_FALSE(Filter{.customer = "john doe"}.wants(example()));
  CHECK_FALSE(Filter{.customer = "John Doe", .types = {OrderStatus::ready}}.wants(example()));
}

TEST_CASE("a key is new once, until so many others came that it is forgotten") {
  Seen seen(2);
  CHECK(seen.is_new("a"));
  CHECK_FALSE(seen.is_new("a"));
  CHECK(seen.is_new("b"));
  CHECK(seen.is_new("c"));
  CHECK(seen.is_new("a"));
  CHECK_FALSE(seen.is_new("c"));
}

}  // namespace
