// Orders as tests and benchmarks store them to begin with: one, or thousands of three months.
#include "e2e/audit/clean_report.hpp"
#include "support/stored_orders.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("past orders that a test stored are right for the audit") {
  Restaurant restaurant;
  restaurant.start_order_service();
  restaurant.place(takeout_order());
  store_orders(restaurant.database(), 3000, {.days = 10, .items = 3});
  CHECK(is_clean(audit(restaurant), 3001));
}

TEST_CASE("an order that a test stored is right for the audit, of any type and status") {
  Restaurant restaurant;
  std::size_t orders = 0;
  for (const std::string type : {"dine_in", "takeout", "delivery"}) {
    for (const std::string status : {"received", "cooking", "ready", "completed", "cancelled"}) {
      store_order(restaurant.database(), {.type = type, .status = status});
      ++orders;
    }
  }
  for (const std::string status : {"out_for_delivery", "delivered"}) {
    store_order(restaurant.database(), {.type = "delivery", .status = status});
    ++orders;
  }
  store_order(restaurant.database(), {.status = "cooking", .station = "quality"});
  CHECK(is_clean(audit(restaurant), orders + 1));
}
