// deploy/republish.sql: what an operator does when messages are gone.
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::string script() {
  std::ifstream file(PIZZA_SOURCE_DIR "/deploy/republish.sql");
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Without workers, for the database too.
bool nobody_works(Restaurant& restaurant) {
  return eventually(core::after(20s), [&] {
    return restaurant.database().value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE "
               "'kitchen-worker %'") == "0";
  });
}

/// A restaurant whose only cook is at the first of three orders.
struct Evening {
  Restaurant restaurant;
  Service* cook = nullptr;
  std::vector<std::string> orders;

  Evening() {
    restaurant.start_order_service();
    cook = &restaurant.start_kitchen("anna", {{"--cooking-time=30"}});
    for (int i = 0; i < 3; ++i) orders.push_back(restaurant.place(takeout_order()));
    REQUIRE(restaurant.wait_status(orders[0], "cooking"));
  }

  /// The cook dies, and the broker has all three messages again.
  void lose_cook() {
    restaurant.remove(*cook);
    REQUIRE(nobody_works(restaurant));
    REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_takeout_queue") == 3; }));
  }

  /// Another takes what there is: everything is ready, and was begun once.
  void finish() {
    restaurant.start_kitchen("luigi", {{"--cooking-time=0.1"}});
    for (const auto& order : orders) {
      REQUIRE(restaurant.wait_status(order, "ready"));
      CHECK(restaurant.history(order) == "received cooking ready");
    }
    CHECK(restaurant.vhost().count("kitchen_dead_letter_queue") == 0);
  }
};

}  // namespace

TEST_CASE("orders whose messages are gone are asked for again, one that had begun among them") {
  Evening evening;
  auto& restaurant = evening.restaurant;
  evening.lose_cook();
  restaurant.vhost().purge("kitchen_takeout_queue");
  restaurant.database().execute(script());
  INFO(restaurant.output());
  evening.finish();
}

TEST_CASE("asked for again without need, nothing happens twice") {
  Evening evening;
  auto& restaurant = evening.restaurant;
  evening.lose_cook();
  for (int i = 0; i < 2; ++i) restaurant.database().execute(script());
  REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_takeout_queue") == 9; }));
  INFO(restaurant.output());
  evening.finish();
  REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_takeout_queue") == 0; }));
}

TEST_CASE("nothing is asked for again while a worker is connected") {
  Evening evening;
  auto& database = evening.restaurant.database();
  CHECK_THROWS_WITH(database.execute(script()), Catch::Contains("stop them first"));
  database.execute("ROLLBACK");
  CHECK(database.value("SELECT count(*) FROM orders WHERE claim IS NOT NULL") == "1");
}

TEST_CASE("an order that waits at a later station is asked for there") {
  Restaurant restaurant;
  const Extra house{.flags = {"--cooking-time=0.1"}, .environment = {{"PIZZA_KITCHEN_STATIONS", "cook,quality"}}};
  restaurant.start_order_service();
  auto& cook = restaurant.start_kitchen("anna", house);
  const auto order = restaurant.place(takeout_order());
  REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count("quality_queue") == 1; }));
  restaurant.remove(cook);
  REQUIRE(nobody_works(restaurant));
  restaurant.vhost().purge("quality_queue");
  restaurant.database().execute(script());
  auto quality = house;
  quality.flags.emplace_back("--station=quality");
  restaurant.start_kitchen("paula", quality);
  INFO(restaurant.output());
  CHECK(restaurant.wait_status(order, "ready"));
}
