// What tests and the benchmark store by the million is what the services would have stored.
#include "support/stored_orders.hpp"

#include <catch2/catch.hpp>

#include "integration/kitchen/kitchen_database.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("stored orders are numbered from where each day is, without gaps") {
  kitchen::KitchenDatabase kitchen;
  auto& database = *kitchen;
  store_orders(database, 2000, {.days = 30, .items = 2});
  store_cooking(database, 20);
  store_waiting(database, 300);
  store_orders(database, 100, {.days = 3, .items = 1});
  CHECK(database.value("SELECT count(*) FROM order_counters") == "30");
  CHECK(database.value("SELECT sum(last) FROM order_counters") == "2420");
  CHECK(database.value("SELECT count(*) FROM order_counters AS counter WHERE last <> (SELECT count(*) FROM orders "
                       "WHERE number LIKE to_char(day, '\"ORD\\_\"YYYYMMDD\\_%')) OR NOT EXISTS (SELECT FROM orders "
                       "WHERE number = to_char(day, '\"ORD_\"YYYYMMDD_') || lpad(last::text, greatest(3, "
                       "length(last::text)), '0'))") == "0");
  CHECK(database.value("SELECT count(*) FROM orders WHERE waiting_since IS NOT NULL AND status = 'received'") == "300");
  CHECK(database.value("SELECT count(*) FROM orders WHERE claim IS NOT NULL AND status = 'cooking'") == "20");
  CHECK(database.value("SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'") != "0");
}
