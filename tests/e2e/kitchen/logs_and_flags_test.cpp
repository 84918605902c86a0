#include <csignal>

#include "e2e/kitchen/planted_orders.hpp"
#include "support/names.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// Each line must be right; the levels that each action was logged at.
std::map<std::string, std::string> levels_of(const std::vector<std::string>& lines, const std::string& worker) {
  std::map<std::string, std::string> levels;
  for (const auto& text : lines) {
    for (const auto& fault : log_line_faults(text)) FAIL_CHECK(fault);
    const auto line = read_log_line(text);
    if (!line) continue;
    INFO(text);
    CHECK(line->service == "kitchen-worker");
    CHECK(line->text("worker_name") == worker);
    CHECK_FALSE(line->request_id.empty());
    auto& level = levels[line->action];
    CHECK((level.empty() || level == line->level));
    level = line->level;
  }
  return levels;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("a worker's life is logged line by line with the specified actions at their levels") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=0.1", "--heartbeat-interval=1"});
  const auto number = kitchen.order();
  kitchen.publish({.body = "{", .routing_key = "kitchen.takeout.1"});
  REQUIRE(kitchen.wait_ready(number));
  REQUIRE(anna.process.wait_for_line(logs_action("message_processing_failed"), core::after(5s)));
  REQUIRE(anna.process.wait_for_line(logs_action("heartbeat_sent"), core::after(5s)));
  CHECK(stopped(anna) == 0);

  auto levels = levels_of(anna.process.stdout_lines(), "anna");
  INFO(anna.process.output());
  const std::map<std::string, std::string> specified{
      {"worker_registered", "INFO"}, {"order_processing_started", "DEBUG"},  {"order_completed", "DEBUG"},
      {"heartbeat_sent", "DEBUG"},   {"message_processing_failed", "ERROR"}, {"graceful_shutdown", "INFO"}};
  for (const auto& [action, level] : specified) {
    INFO(action);
    CHECK(levels[action] == level);
  }
  CHECK(anna.process.stderr_lines().empty());
  // The customer's request id goes with the order.
  for (const char* action : {"order_processing_started", "order_completed"}) {
    const auto lines = lines_of(anna.process, action);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].request_id == kitchen.of_order(number, "request_id"));
    CHECK(lines[0].text("order_number") == number);
  }
}

TEST_CASE("a refused registration is logged as worker_registration_failed") {
  PlantedOrders kitchen;
  kitchen.start("anna", {});
  const auto refused = kitchen.restaurant.run("kitchen-worker", {"--worker-name=anna"});
  CHECK(refused.exit_code == 1);
  CHECK(levels_of(split_lines(refused.out), "anna")["worker_registration_failed"] == "ERROR");
}

TEST_CASE("a worker that cannot reach a server in time says which one and exits 1") {
  PlantedOrders kitchen;
  const auto nowhere = "127.0.0.1:" + std::to_string(free_port());
  const auto [variable, url, action] = GENERATE_COPY(table<std::string, std::string, std::string>(
      {{"DB_URL", "postgres://u:hidden@" + nowhere + "/d", "db_connection_failed"},
       {"RABBITMQ", "amqp://u:hidden@" + nowhere + "/v", "rabbitmq_connection_failed"}}));
  const auto finished = kitchen.restaurant.run("kitchen-worker", {"--worker-name=anna"},
                                               {.environment = {{variable, url}, {"PIZZA_STARTUP_TIMEOUT", "0.5"}}});
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  CHECK(levels_of(split_lines(finished.out), "anna")[action] == "ERROR");
  CHECK(finished.out.find("hidden") == std::string::npos);
  // No name is left behind that looks alive.
  CHECK(kitchen.database().value("SELECT count(*) FROM workers WHERE status = 'online'") == "0");
}

TEST_CASE("flags that make no sense are refused with exit code 2 and one clear line") {
  PlantedOrders kitchen;
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"--worker-name="},
      {"--worker-name"},
      {"--worker-name=anna", "--prefetch=0"},
      {"--worker-name=anna", "--prefetch=-1"},
      {"--worker-name=anna", "--prefetch=many"},
      {"--worker-name=anna", "--prefetch=1.5"},
      {"--worker-name=anna", "--prefetch=65536"},
      {"--worker-name=anna", "--heartbeat-interval=0"},
      {"--worker-name=anna", "--heartbeat-interval=-5"},
      {"--worker-name=anna", "--cooking-time=-1"},
      {"--worker-name=anna", "--cooking-time=soon"},
      {"--worker-name=anna", "--order-types=pizza"},
      {"--worker-name=anna", "--order-types=dine_in,pizza"},
      {"--worker-name=anna", "--order-types=Dine_in"},
      {"--worker-name=anna", "--worker-name=luigi"},
      {"--worker-name=anna", "--mode=order-service"},
      {"--worker-name=anna", "--no-such-flag"},
  };
  for (const auto& flags : wrong) {
    const auto finished = kitchen.restaurant.run("kitchen-worker", flags);
    INFO((flags.empty() ? "no flags" : flags.back()) << "\n" << finished.out << finished.err);
    CHECK(finished.exit_code == 2);
    CHECK(finished.err.find("--help") != std::string::npos);
    CHECK(finished.out.empty());
  }
  CHECK(kitchen.database().value("SELECT count(*) FROM workers") == "0");
}

TEST_CASE("flags are accepted in the printed form, through the launcher too") {
  PlantedOrders kitchen;
  const auto process = kitchen.restaurant.launch(
      "restaurant-system", {"--mode=kitchen-worker", "--worker-name=chef_mario", "--order-types=dine_in,takeout",
                            "--heartbeat-interval", "15", "--prefetch", "2", "--cooking-time=0"});
  const auto number = kitchen.order();
  REQUIRE(kitchen.wait_ready(number));
  CHECK(kitchen.of_worker("chef_mario", "type || ' ' || heartbeat_interval || ' ' || prefetch") ==
        "dine_in,takeout 15 2");
  CHECK(process->terminate(core::after(10s)) == 0);
}
