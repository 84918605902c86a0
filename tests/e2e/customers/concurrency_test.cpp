#include <random>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/shared_restaurant.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("two instances with many orders of few customers lose no count and never wait for each other in a ring") {
  Restaurant restaurant;
  std::vector<Service*> services{&restaurant.start_order_service(), &restaurant.start_order_service()};
  const std::vector<std::string> names{"Anna", "Bob", "Carl", "Dora", "Émile", "Zoë", "ольга", "zack"};
  constexpr std::size_t kClients = 24;
  constexpr std::size_t kEach = 25;
  std::vector<int> refused(kClients);
  {
    std::vector<std::jthread> clients;
    for (std::size_t c = 0; c < kClients; ++c) {
      clients.emplace_back([&, c] {
        std::mt19937 random(static_cast<unsigned>(c));
        http::Client client("127.0.0.1", services[c % services.size()]->port, std::chrono::seconds{30});
        for (std::size_t i = 0; i < kEach; ++i) {
          const auto answer = to_answer(client.send("POST", "/orders", takeout_order(names[random() % names.size()])));
          if (answer.status != 200) ++refused[c];
        }
      });
    }
  }
  for (const auto count : refused) CHECK(count == 0);
  for (auto* service : services) {
    CHECK(service->process.terminate(core::after(std::chrono::seconds{10})) == 0);
    check_output(*service);
  }
  auto& database = restaurant.database();
  const auto all = std::to_string(kClients * kEach);
  CHECK(database.value("SELECT count(*) FROM orders") == all);
  CHECK(database.value("SELECT sum(orders_placed) FROM customers") == all);
  CHECK(database.value("SELECT sum(received) FROM priority_counters") == all);
  CHECK(database.value("SELECT bool_and(orders_placed = (SELECT count(*) FROM orders WHERE customer_name = name))"
                       " FROM customers") == "t");
  // A deadlock would be tried again and not be seen by any client; the server counts it.
  CHECK(database.query_as_admin("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") ==
        TestDatabase::Rows{{"0"}});
}
