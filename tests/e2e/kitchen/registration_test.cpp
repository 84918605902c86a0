#include <csignal>

#include "e2e/kitchen/planted_orders.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

bool was_refused(const Finished& finished) {
  UNSCOPED_INFO(finished.out << finished.err);
  return finished.exit_code == 1 && finished.out.find("\"worker_registration_failed\"") != std::string::npos;
}

/// Until the worker was not heard of for longer than its own heartbeats allow.
bool wait_stale(PlantedOrders& kitchen, const std::string& name) {
  return kitchen.wait_until("now() - last_seen > 2 * heartbeat_interval * interval '1 s' FROM workers WHERE name = '" +
                            name + "'");
}

}  // namespace

TEST_CASE("a worker registers as online with its type") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {});
  CHECK(kitchen.of_worker("anna", "status") == "online");
  CHECK(kitchen.of_worker("anna", "orders_processed") == "0");
  CHECK(kitchen.of_worker("anna", "now() - last_seen < interval '20 s'") == "t");
  CHECK(wait_lines(anna.process, "worker_registered", 1));
}

TEST_CASE("the name of a worker that is online is refused, and that worker goes on") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--cooking-time=0"});
  CHECK(was_refused(kitchen.restaurant.run("kitchen-worker", {"--worker-name", "anna"})));
  CHECK(kitchen.of_worker("anna", "status") == "online");
  CHECK(kitchen.wait_ready(kitchen.order()));
}

TEST_CASE("of several processes that start under one name exactly one gets it") {
  PlantedOrders kitchen;
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 4; ++i) processes.push_back(kitchen.launch("anna"));
  std::size_t refused = 0;
  CHECK(eventually(core::after(20s), [&] {
    refused = 0;
    for (const auto& process : processes) refused += process->running() ? 0 : 1;
    return refused == 3;
  }));
  for (const auto& process : processes) {
    INFO(process->output());
    if (process->running()) {
      CHECK(process->wait_for_line(logs_action("worker_registered"), core::after(5s)));
      CHECK(process->wait_for_line(logs_action("service_started"), core::after(5s)));
    } else {
      CHECK(process->wait_exit(core::after(5s)) == 1);
      CHECK(wait_lines(*process, "worker_registration_failed", 1));
    }
  }
}

TEST_CASE("a name that was signed off may be taken at once and keeps its count") {
  PlantedOrders kitchen;
  auto& first = kitchen.start("anna", {"--cooking-time=0"});
  REQUIRE(kitchen.wait_ready(kitchen.order()));
  CHECK(stopped(first) == 0);
  CHECK(kitchen.of_worker("anna", "status") == "offline");

  kitchen.start("anna", {"--cooking-time=0", "--order-types=takeout"});
  CHECK(kitchen.of_worker("anna", "status") == "online");
  CHECK(kitchen.of_worker("anna", "type") == "takeout");
  REQUIRE(kitchen.wait_ready(kitchen.order()));
  CHECK(kitchen.of_worker("anna", "orders_processed") == "2");
}

TEST_CASE("a killed worker's name is refused while its heartbeat may still come") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--heartbeat-interval=30"}).process.signal(SIGKILL);
  CHECK(was_refused(kitchen.restaurant.run("kitchen-worker", {"--worker-name=anna", "--heartbeat-interval=1"})));
}

TEST_CASE("a killed worker's name is free after two of its own heartbeats") {
  PlantedOrders kitchen;
  kitchen.start("anna", {"--heartbeat-interval=1"}).process.signal(SIGKILL);
  REQUIRE(wait_stale(kitchen, "anna"));
  kitchen.start("anna", {"--heartbeat-interval=30", "--cooking-time=0"});
  CHECK(kitchen.of_worker("anna", "heartbeat_interval") == "30");
  CHECK(kitchen.wait_ready(kitchen.order()));
}

TEST_CASE("a worker that slept through a takeover writes nothing more, stops and exits 1") {
  PlantedOrders kitchen;
  const auto overdue = GENERATE(false, true);
  auto& sleeper = kitchen.start("anna", {"--heartbeat-interval=1", "--cooking-time=3.5"});
  const auto number = kitchen.order();
  REQUIRE(kitchen.wait_status(number, "cooking"));
  sleeper.process.signal(SIGSTOP);
  REQUIRE(wait_stale(kitchen, "anna"));
  auto& heir = kitchen.start("anna", {"--cooking-time=3.5"});
  const auto instance = kitchen.of_worker("anna", "instance_id");
  // Woken with its order's time over, or with some of it left.
  if (overdue) REQUIRE(kitchen.wait_until("bool_and(estimated_completion < now()) FROM orders"));
  sleeper.process.signal(SIGCONT);

  const auto code = sleeper.process.wait_exit(core::after(10s));
  INFO(kitchen.restaurant.output());
  CHECK(code == 1);
  CHECK(wait_lines(sleeper.process, "worker_taken_over", 1));
  CHECK(lines_of(sleeper.process, "order_completed").empty());
  REQUIRE(kitchen.wait_ready(number));
  CHECK(wait_lines(heir.process, "order_completed", 1));
  CHECK(kitchen.history(number) == "received cooking ready");
  CHECK(kitchen.announced(number) == "cooking by anna, ready by anna");
  CHECK(kitchen.of_worker("anna", "orders_processed") == "1");
  CHECK(kitchen.of_worker("anna", "status") == "online");
  CHECK(kitchen.of_worker("anna", "instance_id") == instance);
}

TEST_CASE("heartbeats keep last_seen fresh and the worker online") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--heartbeat-interval=1"});
  const auto seen = kitchen.of_worker("anna", "last_seen");
  kitchen.database().execute("UPDATE workers SET status = 'offline'");
  REQUIRE(kitchen.wait_until("status = 'online' AND last_seen > '" + seen + "' FROM workers", 5s));
  CHECK(anna.process.wait_for_line(logs_action("heartbeat_sent"), core::after(5s)));
}

TEST_CASE("no more workers register than kitchen.max_active_workers allows") {
  PlantedOrders kitchen;
  const Extra limited{.environment = {{"PIZZA_KITCHEN_MAX_ACTIVE_WORKERS", "1"}}};
  auto& anna = kitchen.restaurant.start_kitchen("anna", limited);
  CHECK(was_refused(kitchen.restaurant.run("kitchen-worker", {"--worker-name=luigi"}, limited)));
  CHECK(kitchen.database().value("SELECT count(*) FROM workers") == "1");
  CHECK(stopped(anna) == 0);
  kitchen.restaurant.start_kitchen("luigi", limited);
  // Who sets no limit is not limited by those who do.
  kitchen.restaurant.start_kitchen("mario");
}
