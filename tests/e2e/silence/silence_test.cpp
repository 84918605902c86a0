// The reconciler of order-service while all is as it should be: it publishes nothing.
#include <atomic>
#include <csignal>
#include <thread>

#include "e2e/healing/healer.hpp"

using namespace pizza;
using namespace pizza::test;

// Five looks take longer than a busy machine holds anything up.
const std::map<std::string, std::string> kEachSecond{{"PIZZA_ORDER_RECONCILE_INTERVAL", "1"}};

TEST_CASE("nothing is asked for again while orders wait in queues, cook long, or are still in the outbox") {
  PlantedOrders kitchen;
  const Healer healer(kitchen, kEachSecond);
  const auto place = [&](int count, const auto& body) {
    std::vector<std::string> orders;
    for (int i = 0; i < count; ++i) orders.push_back(kitchen.restaurant.place(body()));
    return orders;
  };
  // A long queue before busy hands, and one that is empty since all of it is in hands.
  auto& anna = kitchen.start("anna", {"--order-types=takeout", "--cooking-time=300", "--prefetch=2"});
  auto& ben = kitchen.start("ben", {"--order-types=dine_in", "--cooking-time=300", "--prefetch=4"});
  place(30, [] { return takeout_order(); });
  const auto held = place(4, [] { return dine_in_order(); });
  for (const auto& order : held) REQUIRE(kitchen.wait_status(order, "cooking"));
  // Nobody cooks these, so they wait; the messages of others are not sent yet.
  place(3, [] { return delivery_order(); });
  const auto not_sent = [&](const std::string& number) {
    kitchen.database().execute(
        "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until) VALUES "
        "('orders_topic', 'kitchen.dine_in.1', 'order', '" +
        number + "', '{}', now() + interval '1 hour')");
    return number;
  };
  not_sent(kitchen.plant("dine_in"));
  const auto urgent = not_sent(kitchen.plant("dine_in", 10));
  // A cook who dies at an order that took another's turn: the message for it is in that one's queue.
  auto& carla =
      kitchen.start("carla", {"--cooking-time=300", "--order-types=delivery,dine_in", "--heartbeat-interval=1"});
  REQUIRE(kitchen.wait_status(urgent, "cooking"));
  carla.process.signal(SIGKILL);
  kitchen.database().execute("DELETE FROM outbox WHERE order_number = '" + urgent + "'");
  REQUIRE(eventually(core::after(20s), [&] { return kitchen.vhost().count("kitchen_delivery_queue") == 4; }));
  // It is urgent, so it gets one of its own. That is all.
  REQUIRE(healer.wait_republished("outranked", 1));
  INFO(kitchen.restaurant.output());
  CHECK(healer.silent(1));
  anna.process.signal(SIGKILL);
  ben.process.signal(SIGKILL);
}

TEST_CASE("nothing is asked for again while orders come and go, and while more come than go") {
  PlantedOrders kitchen;
  const Healer healer(kitchen, kEachSecond);
  const bool overloaded = GENERATE(false, true);
  if (overloaded) {
    kitchen.start("anna", {"--cooking-time=0.1", "--prefetch=2"});
  } else {
    kitchen.start("anna", {"--cooking-time=0", "--prefetch=64"});
    kitchen.start("luigi", {"--cooking-time=0.01", "--prefetch=1", "--order-types=takeout"});
  }
  std::atomic<bool> ending{false};
  std::vector<std::thread> customers;
  for (int i = 0; i < 3; ++i) {
    customers.emplace_back([&, i] {
      for (int n = i; !ending; ++n) {
        const std::string more = n % 7 == 0 ? R"(, "rush": true)" : "";
        healer.service->post("/orders", n % 3 == 0   ? takeout_order("Anna", more)
                                        : n % 3 == 1 ? dine_in_order("Anna", more)
                                                     : delivery_order("Anna", more));
      }
    });
  }
  const bool silent = healer.silent();
  ending = true;
  for (auto& customer : customers) customer.join();
  INFO(healer.republished("waiting") << " waiting, " << healer.republished("orphaned") << " orphaned");
  CHECK(silent);
  if (overloaded) {
    CHECK(kitchen.vhost().count("kitchen_dine_in_queue") > 0);
  } else {
    CHECK(kitchen.wait_until("NOT EXISTS (SELECT FROM orders WHERE status <> 'ready')", 60s));
  }
}
