#include "e2e/priority/busy_kitchen.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("four equal workers share forty equal orders evenly") {
  PlantedOrders kitchen;
  const std::vector<std::string> workers{"anna", "bruno", "carlo", "dina"};
  std::vector<std::string> orders;
  for (int i = 0; i < 40; ++i) orders.push_back(kitchen.order());
  std::vector<std::unique_ptr<Process>> processes;
  for (const auto& worker : workers) processes.push_back(kitchen.launch(worker, {"--cooking-time=0.4"}));
  REQUIRE(kitchen.wait_ready(orders, 60s));
  for (const auto& worker : workers) {
    INFO(worker);
    CHECK(std::stoi(kitchen.of_worker(worker, "orders_processed")) >= 6);
  }
}

TEST_CASE("a worker that joins later gets its share of what still waits") {
  PlantedOrders kitchen;
  std::vector<std::string> orders;
  for (int i = 0; i < 30; ++i) orders.push_back(kitchen.order());
  kitchen.start("anna", {"--cooking-time=0.4"});
  REQUIRE(kitchen.wait_until("count(*) >= 3 FROM orders WHERE status = 'ready'"));
  kitchen.start("bruno", {"--cooking-time=0.4"});
  const auto left = std::stoi(kitchen.database().value("SELECT count(*) FROM orders WHERE status = 'received'"));
  REQUIRE(left >= 10);
  REQUIRE(kitchen.wait_ready(orders, 60s));
  const auto share = std::stoi(kitchen.of_worker("bruno", "orders_processed"));
  CHECK(share >= left / 3);
  CHECK(share <= left - left / 3);
}
