#include <csignal>

#include "e2e/priority/busy_kitchen.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// A worker whose orders cook for longer than any test waits.
struct SlowKitchen : BusyKitchen {
  Service& anna = start("anna", {"--cooking-time=300"});

  std::string cooking() {
    auto number = order();
    REQUIRE(wait_status(number, "cooking"));
    return number;
  }
};

}  // namespace

TEST_CASE("an order that is cancelled while it cooks is dropped at once, and its cook takes the next one") {
  SlowKitchen kitchen;
  const auto gone = kitchen.cooking();
  const auto next = kitchen.order();
  CHECK(kitchen.staff(gone, "cancel", R"({"reason": "the guest has left"})") == 200);
  REQUIRE(kitchen.wait_status(next, "cooking", 2s));
  CHECK(kitchen.of_order(next, "processed_by") == "anna");
  CHECK(kitchen.history(gone) == "received cooking cancelled");
  CHECK(kitchen.announced(gone) == "cooking by anna, cancelled by staff");
  CHECK(lines_of(kitchen.anna.process, "order_completed").empty());
  CHECK(kitchen.of_worker("anna", "orders_processed") == "0");
  // Its message is not in the queue any more: nobody gets it again.
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 0);
  CHECK(kitchen.staff(gone, "cancel", "") == 200);
  CHECK(kitchen.history(gone) == "received cooking cancelled");
}

TEST_CASE("a worker that is asked to stop right after a cancellation has nothing to wait for") {
  SlowKitchen kitchen;
  const auto gone = kitchen.cooking();
  SECTION("cancelled, then stopped") {
    REQUIRE(kitchen.staff(gone, "cancel", "") == 200);
    kitchen.anna.process.signal(SIGTERM);
  }
  SECTION("stopping, then cancelled") {
    kitchen.anna.process.signal(SIGTERM);
    REQUIRE(kitchen.anna.process.wait_for_line(logs_action("graceful_shutdown"), core::after(5s)));
    REQUIRE(kitchen.staff(gone, "cancel", "") == 200);
  }
  const auto code = kitchen.anna.process.wait_exit(core::after(5s));
  INFO(kitchen.restaurant.output());
  CHECK(code == 0);
  CHECK(kitchen.history(gone) == "received cooking cancelled");
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 0);
}

TEST_CASE("a cancellation leaves the other orders alone, here and at other workers") {
  BusyKitchen kitchen;
  kitchen.start("anna", {"--cooking-time=300", "--prefetch=2"});
  kitchen.start("luigi", {"--cooking-time=2", "--order-types=dine_in"});
  const auto gone = kitchen.order("delivery");
  const auto same_cook = kitchen.order("delivery");
  for (const auto& number : {gone, same_cook}) REQUIRE(kitchen.wait_status(number, "cooking"));
  const auto elsewhere = kitchen.order("dine_in");  // luigi's: anna's hands are full
  REQUIRE(kitchen.wait_status(elsewhere, "cooking"));
  CHECK(kitchen.staff(gone, "cancel", "") == 200);
  REQUIRE(kitchen.wait_ready(elsewhere));
  CHECK(kitchen.restaurant.status(same_cook) == "cooking");
  CHECK(kitchen.history(elsewhere) == "received cooking ready");
}

TEST_CASE("an order that is cancelled while it waits is never cooked") {
  SlowKitchen kitchen;
  const auto first = kitchen.cooking();
  const auto gone = kitchen.order("takeout", 10);
  const auto next = kitchen.order();
  CHECK(kitchen.staff(gone, "cancel", "") == 200);
  CHECK(kitchen.staff(first, "cancel", "") == 200);
  REQUIRE(kitchen.wait_status(next, "cooking", 3s));
  CHECK(kitchen.history(gone) == "received cancelled");
}

TEST_CASE("a cancellation while the worker's sessions are cut is found when they are back") {
  SlowKitchen kitchen;
  const auto gone = kitchen.cooking();
  const auto next = kitchen.order();
  kitchen.database().execute("BEGIN");
  kitchen.database().execute(
      "UPDATE orders SET status = 'cancelled', claim = NULL, claimed_message = NULL, "
      "updated_at = now() WHERE number = '" +
      gone + "'");
  kitchen.database().execute("COMMIT");
  kitchen.database().disconnect_everyone();
  CHECK(kitchen.wait_status(next, "cooking", 10s));
}
