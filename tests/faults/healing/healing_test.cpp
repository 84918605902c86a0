// A broker that loses everything, and those that only seem to.
#include <algorithm>
#include <csignal>

#include "e2e/healing/healer.hpp"
#include "support/audit.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// One pair for all the tests here: each leaves it running.
Servers& servers() {
  static Servers own = Servers::own();
  return own;
}

}  // namespace

TEST_CASE("a broker that lost its data loses no order: each is ready once within a minute") {
  PlantedOrders kitchen(servers());
  const Healer healer(kitchen);
  kitchen.restaurant.start_subscriber();  // declares its queue anew, so that notifications find one
  // Two cook, one of them under a cook who dies with the broker; the others wait, at more stations than one queue.
  kitchen.start("anna", {"--cooking-time=2", "--heartbeat-interval=2"});
  auto& doomed = kitchen.start("doomed", {"--cooking-time=60", "--heartbeat-interval=2"});
  std::vector<std::string> orders;
  for (int i = 0; i < 5; ++i) {
    orders.push_back(kitchen.restaurant.place(takeout_order()));
    orders.push_back(kitchen.restaurant.place(dine_in_order("Anna", R"(, "rush": true)")));
    orders.push_back(kitchen.restaurant.place(delivery_order()));
  }
  REQUIRE(kitchen.wait_until("(SELECT count(*) = 1 FROM orders WHERE processed_by = 'doomed')"));
  servers().stop_broker();
  servers().wipe_broker();
  doomed.process.signal(SIGKILL);
  servers().start_broker();
  kitchen.vhost().make_again();
  const auto back = std::chrono::steady_clock::now();
  kitchen.start("luigi", {"--cooking-time=0.2", "--heartbeat-interval=2", "--prefetch=2"});
  REQUIRE(eventually(core::after(30s), [&] { return healer.service->ready(); }));
  // The evening goes on.
  for (int i = 0; i < 20; ++i) orders.push_back(kitchen.restaurant.place(takeout_order()));
  const bool all = kitchen.wait_ready(orders, 60s);
  const auto took = std::chrono::steady_clock::now() - back;
  INFO(kitchen.restaurant.output());
  REQUIRE(all);
  WARN("healed " << std::chrono::duration_cast<std::chrono::seconds>(took).count() << " s after the broker was back, "
                 << healer.republished("waiting") << " waiting, " << healer.republished("orphaned") << " orphaned");
  for (const auto& number : orders) {
    INFO(number);
    CHECK(kitchen.history(number) == "received cooking ready");
  }
  // Whichever is seen first: its message is lost, or it is more urgent than what is cooked.
  CHECK(healer.republished("orphaned") + healer.republished("outranked") == 1);
  CHECK(healer.republished("waiting") >= 8);
  CHECK(eventually(core::after(30s), [&] { return kitchen.vhost().count("kitchen_takeout_queue") == 0; }));
  // What found no queue in the empty broker is sent again within a minute; an audit allows two, outage and all.
  CHECK(kitchen.wait_until("NOT EXISTS (SELECT FROM outbox)", 90s));
  const auto report = audit(kitchen.restaurant);
  INFO(report.text());
  CHECK(report.is_clean());
}

TEST_CASE("nothing is asked for again when a broker restarts, freezes, or has an alarm") {
  PlantedOrders kitchen(servers());
  const Healer healer(kitchen, {{"PIZZA_ORDER_WHEN_BROKER_DOWN", "accept"}});
  kitchen.start("anna", {"--cooking-time=300", "--prefetch=2"});
  std::vector<std::string> orders;
  for (int i = 0; i < 6; ++i) orders.push_back(kitchen.restaurant.place(takeout_order()));
  REQUIRE(kitchen.wait_status(orders[1], "cooking"));
  servers().broker_alarm(true);
  for (int i = 0; i < 5; ++i) kitchen.restaurant.place(dine_in_order());
  CHECK(eventually(core::after(30s), [&] { return kitchen.database().value("SELECT count(*) FROM outbox") == "5"; }));
  servers().flush_broker();
  servers().kill_broker();
  for (int i = 0; i < 5; ++i) kitchen.restaurant.place(delivery_order());
  servers().start_broker();
  servers().broker_alarm(false);
  CHECK(healer.silent());
  const auto begin = healer.rounds();
  const auto lines = healer.service->process.line_count();
  servers().pause_broker();
  // Until a question to the frozen broker was given up.
  const auto failed = healer.service->process.wait_for_line(logs_action("reconciler_failed"), core::after(20s), lines);
  servers().resume_broker();
  CHECK(failed);
  INFO(kitchen.restaurant.output());
  CHECK(eventually(core::after(60s), [&] { return healer.rounds() > begin + 1; }));
  CHECK(healer.silent());
  const auto report = audit(kitchen.restaurant);
  INFO(report.text());
  CHECK(report.is_clean());
}
