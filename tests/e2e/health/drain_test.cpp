#include <algorithm>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// What clients met who ask without a pause, each on connections that it keeps for as long as the server lets it.
struct Met {
  std::atomic<int> served{0};
  std::atomic<int> told_to_come_again{0};
  std::atomic<int> failed{0};
};

std::string header(const http::Response& response, const std::string& name) {
  const auto found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
  return found == response.headers.end() ? "" : found->second;
}

/// One request on a connection of its own.
void ask_once(std::uint16_t port, bool order, Met& met) {
  http::Client client("127.0.0.1", port, 20s);
  const auto answer = order ? client.send("POST", "/orders", takeout_order()) : client.send("GET", "/workers/status");
  if (answer && answer->status == 200) {
    ++met.served;
  } else if (answer && answer->status == 503 && header(*answer, "retry-after") == "1") {
    ++met.told_to_come_again;
  } else {
    ++met.failed;
  }
}

}  // namespace

TEST_CASE("who comes while a service drains is served, and a load balancer is told to send no more") {
  Restaurant restaurant;
  const auto admin = free_port();
  auto& orders = restaurant.start_order_service(
      {{}, {{"PIZZA_ORDER_ADMIN_PORT", std::to_string(admin)}, {"PIZZA_DRAIN_DELAY", "3"}}});
  http::Client kept("127.0.0.1", orders.port, 20s);
  REQUIRE(kept.send("POST", "/orders", takeout_order())->status == 200);

  Met met;
  std::atomic<bool> draining{true};
  std::vector<std::jthread> clients;
  orders.process.signal(SIGTERM);
  const bool told = eventually(core::after(10s), [&] {
    const auto answer = http::Client("127.0.0.1", admin, 5s).send("GET", "/readyz");
    return answer && answer->status == 503 && answer->body.starts_with(R"({"status":"stopping")");
  });
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, order = i % 2 == 0] {
      while (draining) ask_once(orders.port, order, met);
    });
  }
  // Who kept a connection is served on it once more, and told to leave it.
  const auto last = kept.send("POST", "/orders", takeout_order());
  const bool served_some = eventually(core::after(2s), [&] { return met.served >= 50; });
  draining = false;
  clients.clear();
  INFO(restaurant.output());
  CHECK(told);
  REQUIRE(last);
  CHECK(last->status == 200);
  CHECK(header(*last, "connection") == "close");
  CHECK(served_some);
  CHECK(met.failed == 0);
  CHECK(orders.process.wait_exit(core::after(20s)) == 0);
  CHECK(restaurant.database().value("SELECT count(*) FROM outbox") == "0");
}

TEST_CASE("who comes when a service only finishes what it has is told to come again, and nobody is cut off") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  REQUIRE(orders.post("/orders", takeout_order())->status == 200);
  auto& database = restaurant.database();
  database.execute("BEGIN");
  database.execute("SELECT * FROM order_counters FOR UPDATE");
  Met in_hand;
  std::vector<std::jthread> held;
  held.emplace_back([&] { ask_once(orders.port, true, in_hand); });
  REQUIRE(eventually(core::after(10s), [&] {
    return !database
                .query_as_admin(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'")
                .empty();
  }));
  orders.process.signal(SIGTERM);
  Met late;
  const bool refused = eventually(core::after(2s), [&] {
    ask_once(orders.port, false, late);
    return late.told_to_come_again >= 20;
  });
  database.execute("COMMIT");
  held.clear();
  INFO(restaurant.output());
  CHECK(refused);
  CHECK(late.failed == 0);
  CHECK(in_hand.served == 1);
  CHECK(orders.process.wait_exit(core::after(20s)) == 0);
}
