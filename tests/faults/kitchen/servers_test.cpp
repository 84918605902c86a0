#include "e2e/kitchen/planted_orders.hpp"
#include "support/audit.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// One pair for all the tests here: each leaves it running.
Servers& servers() {
  static Servers own = Servers::own();
  return own;
}

struct KitchenOnOwnServers {
  PlantedOrders kitchen{servers()};
  Service& anna = kitchen.start("anna", {"--cooking-time=2", "--prefetch=3", "--heartbeat-interval=1"});

  /// Exactly once, whatever happened meanwhile; a worker that can stop cleanly holds nothing any more.
  void check_ready_once(const std::vector<std::string>& orders) {
    REQUIRE(kitchen.wait_ready(orders, 40s));
    for (const auto& number : orders) {
      INFO(number);
      CHECK(kitchen.history(number) == "received cooking ready");
      CHECK(kitchen.announced_once(number) == "cooking by anna, ready by anna");
    }
    CHECK(kitchen.of_worker("anna", "orders_processed") == std::to_string(orders.size()));
    // A message whose acknowledgement was lost with its connection comes back once, and is dropped.
    CHECK(eventually(core::after(30s), [&] { return kitchen.queues_empty(); }));
    CHECK(stopped(anna) == 0);
    CHECK(kitchen.of_worker("anna", "status") == "offline");
    check_books();
  }
  void check_books() {
    const auto report = audit(kitchen.restaurant);
    INFO(report.text());
    CHECK(report.is_clean());
  }
  std::vector<std::string> cooking_orders() {
    std::vector orders{kitchen.order("takeout"), kitchen.order("delivery")};
    for (const auto& number : orders) REQUIRE(kitchen.wait_status(number, "cooking"));
    return orders;
  }
};

}  // namespace

TEST_CASE("orders that come while the database is down are cooked when it is back") {
  KitchenOnOwnServers f;
  std::vector<BrokerMessage> messages;
  std::vector<std::string> orders;
  for (int i = 0; i < 3; ++i) messages.push_back(f.kitchen.message_of(orders.emplace_back(f.kitchen.plant())));
  servers().stop_database();
  for (const auto& message : messages) f.kitchen.publish(message);
  const auto failed = f.anna.process.wait_for_line(logs_action("message_processing_failed"), core::after(15s));
  const bool unready = eventually(core::after(10s), [&] { return !f.anna.ready(); });
  servers().start_database();
  INFO(f.anna.process.output());
  CHECK(failed);
  CHECK(unready);
  f.check_ready_once(orders);
}

TEST_CASE("orders that cook while the database is down or crashes are ready once when it is back") {
  KitchenOnOwnServers f;
  const auto ending = GENERATE(Servers::Ending::fast, Servers::Ending::immediate);
  const auto orders = f.cooking_orders();
  servers().stop_database(ending);
  const auto failed = f.anna.process.wait_for_line(logs_action("message_processing_failed"), core::after(15s));
  servers().start_database();
  CHECK(failed);
  f.check_ready_once(orders);
}

TEST_CASE("a database that stops answering while orders cook does not lose them") {
  KitchenOnOwnServers f;
  const auto orders = f.cooking_orders();
  servers().pause_database();
  const auto failed = f.anna.process.wait_for_line(logs_action("message_processing_failed"), core::after(30s));
  servers().resume_database();
  CHECK(failed);
  f.check_ready_once(orders);
}

TEST_CASE("orders that cook while the broker restarts are ready once, and announced") {
  KitchenOnOwnServers f;
  const auto orders = f.cooking_orders();
  servers().restart_broker();
  f.check_ready_once(orders);
}

TEST_CASE("orders that cook while the broker is killed are ready once, and announced") {
  KitchenOnOwnServers f;
  servers().flush_broker();
  const auto orders = f.cooking_orders();
  servers().kill_broker();
  // They are made ready meanwhile: that needs no broker.
  CHECK(f.kitchen.wait_ready(orders));
  servers().start_broker();
  f.check_ready_once(orders);
}

TEST_CASE("a broker that freezes for three seconds changes nothing") {
  KitchenOnOwnServers f;
  const auto orders = f.cooking_orders();
  servers().pause_broker();
  const auto begin = std::chrono::steady_clock::now();
  CHECK(f.kitchen.wait_ready(orders));
  eventually(core::after(5s), [&] { return std::chrono::steady_clock::now() - begin > 3s; });
  servers().resume_broker();
  f.check_ready_once(orders);
}

TEST_CASE("a worker stops cleanly though the broker is gone, and its order is not cooked again") {
  KitchenOnOwnServers f;
  servers().flush_broker();
  const auto orders = f.cooking_orders();
  servers().kill_broker();
  CHECK(stopped(f.anna, 40s) == 0);
  CHECK(f.kitchen.of_worker("anna", "status") == "offline");
  for (const auto& number : orders) CHECK(f.kitchen.history(number) == "received cooking ready");
  servers().start_broker();

  auto& luigi = f.kitchen.start("luigi", {"--cooking-time=0"});
  REQUIRE(wait_lines(luigi.process, "delivery_dropped", orders.size()));
  for (const auto& number : orders) {
    CHECK(f.kitchen.history(number) == "received cooking ready");
    CHECK(f.kitchen.announced_once(number) == "cooking by anna, ready by anna");
  }
  f.check_books();
}
