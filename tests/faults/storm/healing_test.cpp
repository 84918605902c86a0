#include <chrono>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

// Messages that are gone for good, and with them what the subscriber was still to be told: order-service asks the
// kitchen again for the orders, five times as soon as by default.
const std::map<std::string, std::string> kEachSecond{{"PIZZA_ORDER_RECONCILE_INTERVAL", "1"}};

TEST_CASE("the broker loses all its data") {
  Storm storm({.loses_notifications = true, .environment = kEachSecond});
  storm.rounds(3, [&](Dice& dice) {
    // So that some wait in their queues and some were in a worker's hands.
    for (auto* each : storm.members("kitchen-worker")) each->kill();
    let_pass(dice.between(0ms, 1000ms));
    storm.servers().kill_broker();
    storm.servers().wipe_broker();
    let_pass(dice.between(0ms, 1000ms));
    storm.servers().start_broker();
    storm.restaurant().vhost().make_again();
    storm.note("the workers are killed, the broker's data is wiped");
    for (auto* each : storm.members("kitchen-worker")) each->start();
  });
  storm.close();
}

TEST_CASE("queues are deleted with all that waits in them") {
  Storm storm({.environment = kEachSecond});
  storm.rounds(3, [&](Dice& dice) {
    for (auto* each : storm.members("kitchen-worker")) each->kill();
    let_pass(dice.between(0ms, 1000ms));
    for (const std::string type : {"takeout", "dine_in", "delivery"}) {
      if (!dice.chance(0.7)) continue;
      storm.note("deleted the queue for " + type);
      storm.restaurant().vhost().remove_queue("kitchen_" + type + "_queue");
    }
    for (auto* each : storm.members("kitchen-worker")) each->start();
  });
  storm.close();
}
