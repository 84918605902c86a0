// The audit beside a restaurant at work: it finds nothing where nothing is, and waits long enough to be sure.
#include <atomic>
#include <thread>

#include "e2e/audit/clean_report.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("an audit of a restaurant at work finds nothing, whatever is on its way") {
  Restaurant restaurant;
  const std::string token = "correct-horse-battery";
  const Extra house{.flags = {},
                    .environment = {{"PIZZA_KITCHEN_STATIONS", "cook,quality"}, {"PIZZA_ORDER_STAFF_TOKEN", token}}};
  auto& service = restaurant.start_order_service(house);
  const auto start = [&](const std::string& name, std::vector<std::string> flags) {
    restaurant.start_kitchen(name, {std::move(flags), house.environment});
  };
  // Nobody cooks deliveries: they wait, and their messages with them.
  start("anna", {"--cooking-time=0.05", "--prefetch=3", "--order-types=dine_in,takeout"});
  start("bert", {"--cooking-time=0", "--order-types=dine_in"});
  start("paula", {"--cooking-time=0", "--station=quality", "--prefetch=10"});
  std::atomic<bool> open{true};
  std::atomic<int> refused{0};
  std::vector<std::jthread> customers;
  for (int i = 0; i < 3; ++i) {
    customers.emplace_back([&, i] {
      const http::Client::Headers staff{{"Authorization", "Bearer " + token}};
      for (int n = 0; open; ++n) {
        std::this_thread::sleep_for(3ms);  // each request takes a port for a minute, and there are 28 000
        const auto name = "Customer " + std::string(1, static_cast<char>('A' + i));
        const auto* const rush = n % 3 == 0 ? R"(, "rush": true)" : "";
        const auto answer = service.post("/orders", n % 3 == 0   ? takeout_order(name, rush)
                                                    : n % 3 == 1 ? dine_in_order(name, rush)
                                                                 : delivery_order(name, rush));
        if (!answer || answer->status != 200) {
          ++refused;
          continue;
        }
        const auto number = answer->body.substr(answer->body.find("ORD_"), 16);
        if (n % 5 == 0) service.post("/orders/" + number + "/cancel", R"({"reason":"none"})", staff);
        if (n % 5 == 1) service.post("/orders/" + number + "/priority", R"({"priority":9})", staff);
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    // As if all of them had waited for long: then it is not their age that keeps them from being suspicious.
    restaurant.database().execute(
        "UPDATE orders SET waiting_since = waiting_since - interval '1 minute' "
        "WHERE waiting_since > now() - interval '1 minute'");
    const auto report = audit(restaurant);
    INFO(report.text());
    CHECK(report.exit_code == 0);
    CHECK(report.summary().ends_with(" orders, 0 findings"));
  }
  open = false;
  customers.clear();
  CHECK(refused == 0);
  CHECK(restaurant.database().value("SELECT count(*) > 30 FROM orders") == "t");
}

TEST_CASE("with workers at hand an order is lost only when nothing happened for longer than anything may take") {
  Restaurant restaurant;
  auto& service = restaurant.start_order_service();
  const auto lost = restaurant.place(takeout_order());
  REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_takeout_queue") == 1; }));
  REQUIRE(
      eventually(core::after(20s), [&] { return restaurant.database().value("SELECT count(*) FROM outbox") == "0"; }));
  restaurant.vhost().purge("kitchen_takeout_queue");
  restaurant.remove(service);
  restaurant.database().execute("UPDATE orders SET waiting_since = now() - interval '1 minute'");
  restaurant.start_kitchen("anna", {{"--cooking-time=0"}});
  const auto before = std::chrono::steady_clock::now();
  const auto report = audit(restaurant);
  INFO(report.text());
  CHECK(report.findings() == "lost " + lost);
  CHECK(std::chrono::steady_clock::now() - before >= 75s);
}

TEST_CASE("a server that is not there is an error, and nothing is said of the orders") {
  Restaurant restaurant;
  for (const auto& variable : {"RABBITMQ", "DB_URL"}) {
    const auto* const nowhere = std::string{variable} == "DB_URL" ? "postgres://a:b@127.0.0.1:1/c" : "127.0.0.1:1";
    const auto report = audit(restaurant, {{},
                                           {{variable, nowhere},
                                            {"PIZZA_STARTUP_TIMEOUT", "0.5"},
                                            // Of the services, perhaps; who asks wants to see it.
                                            {"PIZZA_LOGGING_FILE", "/nowhere/order-service.log"}}});
    INFO(report.text());
    CHECK(report.exit_code == 1);
    CHECK(report.lines.empty());
    CHECK(report.err.find("connection_failed") != std::string::npos);
  }
}
