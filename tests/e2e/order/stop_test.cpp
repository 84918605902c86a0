#include <csignal>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// An order that is in the service's hands for as long as the test holds the day's row.
class HeldOrder {
 public:
  HeldOrder(Restaurant& restaurant, const Service& orders) : database_(restaurant.database()) {
    REQUIRE(post_order(orders.port, takeout_order()).status == 200);
    database_.execute("BEGIN");
    database_.execute("SELECT * FROM order_counters FOR UPDATE");
    client_ = std::jthread([this, port = orders.port] { answer_ = post_order(port, takeout_order()); });
    REQUIRE(eventually(core::after(5s), [&] {
      return !database_
                  .query_as_admin(
                      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                      " AND wait_event_type = 'Lock'")
                  .empty();
    }));
  }
  void release() {
    if (!held_) return;
    held_ = false;
    database_.execute("COMMIT");
  }
  const Answer& answer() {
    if (client_.joinable()) client_.join();
    return answer_;
  }

 private:
  TestDatabase& database_;
  bool held_ = true;
  Answer answer_;
  std::jthread client_;
};

}  // namespace

TEST_CASE("SIGTERM and SIGINT end an idle service promptly with exit code 0") {
  Restaurant restaurant;
  for (const int signal : {SIGTERM, SIGINT}) {
    auto& orders = restaurant.start_order_service();
    const http::Client::Headers none;
    http::Client idle("127.0.0.1", orders.port, 5s);
    REQUIRE(idle.send("GET", "/livez"));  // and stays connected
    orders.process.signal(signal);
    CHECK(orders.process.wait_exit(core::after(3s)) == 0);
    CHECK(orders.process.wait_for_line(logs_action("graceful_shutdown"), core::after(1s)));
    restaurant.remove(orders);
  }
}

TEST_CASE("an order in hand at SIGTERM is finished, answered and published") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  HeldOrder order(restaurant, orders);
  orders.process.signal(SIGTERM);
  REQUIRE(orders.process.wait_for_line(logs_action("graceful_shutdown"), core::after(5s)));
  CHECK_FALSE(orders.process.wait_exit(core::after(200ms)));
  // Nobody new is let in.
  CHECK(eventually(core::after(5s), [&] { return post_order(orders.port, takeout_order()).status != 200; }));
  order.release();
  CHECK(order.answer().status == 200);
  CHECK(orders.process.wait_exit(core::after(5s)) == 0);
  CHECK(restaurant.database().value("SELECT count(*) FROM orders") == "2");
  CHECK(restaurant.database().value("SELECT count(*) FROM outbox") == "0");
  CHECK(restaurant.vhost().count("kitchen_takeout_queue") == 2);
}

TEST_CASE("a second signal ends a drain at once with another exit code") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  HeldOrder order(restaurant, orders);
  orders.process.signal(SIGTERM);
  REQUIRE(orders.process.wait_for_line(logs_action("graceful_shutdown"), core::after(5s)));
  REQUIRE_FALSE(orders.process.wait_exit(core::after(200ms)));
  orders.process.signal(SIGTERM);
  const auto code = orders.process.wait_exit(core::after(1s));
  REQUIRE(code);
  CHECK(*code != 0);
  CHECK(order.answer().status == 0);
  order.release();
  CHECK(restaurant.database().value("SELECT count(*) FROM orders") == "1");
}
