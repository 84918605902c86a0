// Orders by the thousand, stored as a restaurant of three months has them: what tests and benchmarks begin with.
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
