#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

Restaurant& restaurant() { return SharedRestaurant::get().restaurant; }

Finished run_order_service(const std::vector<std::string>& arguments, const Extra& extra = {}) {
  return restaurant().run("order-service", arguments, extra);
}

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

/// The first log line with this action in what a command wrote.
std::optional<LogLine> find_action(const std::string& output, const std::string& action) {
  for (std::size_t begin = 0; begin < output.size();) {
    const auto end = std::min(output.find('\n', begin), output.size());
    auto line = read_log_line(output.substr(begin, end - begin));
    if (line && line->action == action) return line;
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("what cannot be asked is refused with exit code 2, one clear line and a pointer to --help") {
  struct Wrong {
    std::vector<std::string> arguments;
    std::string named;
  };
  const std::vector<Wrong> all{{{"--no-such-flag"}, "--no-such-flag"},
                               {{"--port=0"}, "port"},
                               {{"--port=65536"}, "port"},
                               {{"--port=80x"}, "port"},
                               {{"--port="}, "port"},
                               {{"--port"}, "port"},
                               {{"--port=3000", "--port=3001"}, "port"},
                               {{"--max-concurrent=0"}, "max-concurrent"},
                               {{"--max-concurrent=-1"}, "max-concurrent"},
                               {{"--mode=kitchen-worker"}, "mode"},
                               {{"--mode=order"}, "mode"},
                               {{"--worker-name=anna"}, "--worker-name"},
                               {{"--log-level=LOUD"}, "log-level"},
                               {{"--dead-letters=burn"}, "--dead-letters"},
                               {{"--match=x"}, "--match"},
                               {{"--prune"}, "--older-than"},
                               {{"--prune=90d"}, "--prune"},
                               {{"--prune", "--older-than=90"}, "--older-than"},
                               {{"--prune", "--older-than=23h"}, "--older-than"},
                               {{"--older-than=90d"}, "--older-than"},
                               {{"stray"}, "argument 1"}};
  for (const auto& [arguments, named] : all) {
    const auto finished = run_order_service(arguments);
    INFO(arguments.front() << "\nout: " << finished.out << "\nerr: " << finished.err);
    CHECK(finished.exit_code == 2);
    CHECK(finished.out.empty());
    CHECK(contains(finished.err, named));
    CHECK(contains(finished.err, "--help"));
    CHECK(std::ranges::count(finished.err, '\n') == 1);
  }
}

TEST_CASE("a named configuration file that is missing or wrong is refused with its name, line and key") {
  const auto folder = std::filesystem::temp_directory_path() / unique_name("order_cli");
  std::filesystem::create_directory(folder);
  const auto write = [&](const std::string& text) {
    std::ofstream(folder / "config.yaml") << text;
    return (folder / "config.yaml").string();
  };
  const auto missing = run_order_service({"--config", "/nowhere/config.yaml"});
  CHECK(missing.exit_code == 2);
  CHECK(contains(missing.err, "/nowhere/config.yaml"));

  const auto unknown = run_order_service({"--config", write("order:\n  prot: 3000\n")});
  CHECK(unknown.exit_code == 2);
  CHECK(contains(unknown.err, "prot"));
  CHECK(contains(unknown.err, ":2"));

  const auto out_of_range = run_order_service({"--config", write("order:\n  port: 70000\n")});
  CHECK(out_of_range.exit_code == 2);
  CHECK(contains(out_of_range.err, "port"));

  const auto broken = run_order_service({"--config", write("order: [\n")});
  CHECK(broken.exit_code == 2);
  CHECK(contains(broken.err, "config.yaml"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("--help and --version answer on stdout and exit 0") {
  const auto help = run_order_service({"--help"});
  CHECK(help.exit_code == 0);
  for (const auto* flag :
       {"--port", "--max-concurrent", "--setup-db", "--migrate-db", "--setup-queues", "--dead-letters", "--match",
        "--audit", "--prune", "--older-than", "--db", "--rabbitmq", "PIZZA_ORDER_STAFF_TOKEN_FILE"}) {
    CHECK(contains(help.out, flag));
  }
  CHECK(run_order_service({"--version"}).exit_code == 0);
}

TEST_CASE("a port in use is a clear error and exit code 1") {
  const auto port = std::to_string(SharedRestaurant::get().orders.port);
  const auto finished = run_order_service({"--port", port});
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  CHECK(contains(finished.out, port));
  CHECK_FALSE(find_action(finished.out, "service_started"));
}

TEST_CASE("an unreachable database ends the start after startup_timeout, and no password is shown") {
  const auto dead = std::to_string(free_port());
  const auto finished = run_order_service(
      {},
      {{}, {{"DB_URL", "postgres://cook:s3cret-w0rd@127.0.0.1:" + dead + "/none"}, {"PIZZA_STARTUP_TIMEOUT", "1"}}});
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  const auto line = find_action(finished.out, "db_connection_failed");
  REQUIRE(line);
  CHECK(line->level == "ERROR");
  CHECK_FALSE(contains(finished.out + finished.err, "s3cret-w0rd"));
}

TEST_CASE("a wrong database password ends the start too, and is not shown") {
  auto& database = restaurant().database();
  const auto url = "postgres://" + database.user() +
                   ":s3cret-w0rd@127.0.0.1:" + std::to_string(database.server().port) + "/" + database.name();
  const auto finished = run_order_service({}, {{"--db", url}, {{"PIZZA_STARTUP_TIMEOUT", "1"}}});
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  CHECK(find_action(finished.out, "db_connection_failed"));
  CHECK_FALSE(contains(finished.out + finished.err, "s3cret-w0rd"));
}

TEST_CASE("an unreachable broker ends the start after startup_timeout, and no password is shown") {
  const auto dead = std::to_string(free_port());
  const auto finished =
      run_order_service({"--rabbitmq=127.0.0.1:" + dead, "--rabbitmq-user=waiter", "--rabbitmq-pass=s3cret-w0rd"},
                        {{}, {{"PIZZA_STARTUP_TIMEOUT", "1"}}});
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  const auto line = find_action(finished.out, "rabbitmq_connection_failed");
  REQUIRE(line);
  CHECK(line->level == "ERROR");
  CHECK_FALSE(contains(finished.out + finished.err, "s3cret-w0rd"));
}

TEST_CASE("a database without our schema is named, with the command that helps") {
  TestDatabase empty;
  const auto finished = run_order_service({}, {{"--db", empty.url()}, {}});
  CHECK(finished.exit_code == 1);
  CHECK(contains(finished.out, "--setup-db"));
}

TEST_CASE("--setup-db may run again, and four at once") {
  TestDatabase database;
  std::vector<Finished> finished(4);
  {
    std::vector<std::jthread> threads;
    for (auto& each : finished) {
      threads.emplace_back([&] { each = run_order_service({"--setup-db", "--db", database.url()}); });
    }
  }
  for (const auto& each : finished) {
    INFO(each.out << each.err);
    CHECK(each.exit_code == 0);
  }
  CHECK(database.value("SELECT count(*) FROM orders") == "0");
  const auto applied = database.query("SELECT * FROM schema_migrations");
  CHECK(run_order_service({"--setup-db", "--db", database.url()}).exit_code == 0);
  CHECK(run_order_service({"--migrate-db", "--db", database.url()}).exit_code == 0);
  CHECK(database.query("SELECT * FROM schema_migrations") == applied);
}

TEST_CASE("--setup-db and the service refuse a database that is newer than the program") {
  Restaurant newer;
  newer.database().execute(
      "INSERT INTO schema_migrations SELECT (jsonb_populate_record(m, '{\"version\": 9999}')).* FROM schema_migrations "
      "m"
      " ORDER BY version LIMIT 1");
  const auto setup = newer.run("order-service", {"--setup-db"});
  INFO(setup.out << setup.err);
  CHECK(setup.exit_code == 1);
  CHECK(contains(setup.out, "9999"));
  const auto started = newer.run("order-service", {"--port", std::to_string(free_port())});
  CHECK(started.exit_code == 1);
  CHECK(contains(started.out, "9999"));
}

TEST_CASE("--setup-db explains a missing permission") {
  TestDatabase database;
  database.query_as_admin("ALTER SCHEMA public OWNER TO CURRENT_USER");
  database.query_as_admin("REVOKE ALL ON SCHEMA public FROM \"" + database.user() + "\", PUBLIC");
  database.query_as_admin("GRANT USAGE ON SCHEMA public TO \"" + database.user() + "\"");
  database.query_as_admin("ALTER DATABASE \"" + database.name() + "\" OWNER TO CURRENT_USER");
  const auto finished = run_order_service({"--setup-db", "--db", database.url()});
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  const auto line = find_action(finished.out, "setup_failed");
  REQUIRE(line);
  CHECK(contains(line->message, "permission denied"));
  CHECK(contains(line->message, "GRANT"));
}

TEST_CASE("--setup-queues may run again and declares the whole topology") {
  TestVhost vhost;
  for (int round = 0; round < 2; ++round) {
    const auto finished = run_order_service({"--setup-queues", "--rabbitmq", vhost.url()});
    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == 0);
  }
  for (const auto* queue : {"kitchen_dine_in_queue", "kitchen_takeout_queue", "kitchen_delivery_queue", "kitchen_queue",
                            "kitchen_dead_letter_queue", "notifications_queue"}) {
    INFO(queue);
    CHECK(vhost.has_queue(queue));
  }
  for (const auto& [exchange, key, queue] :
       std::vector<std::array<std::string, 3>>{{"orders_topic", "kitchen.dine_in.1", "kitchen_dine_in_queue"},
                                               {"orders_topic", "kitchen.order", "kitchen_queue"},
                                               {"orders_direct", "kitchen.order", "kitchen_queue"},
                                               {"notifications_fanout", "", "notifications_queue"},
                                               {"kitchen_dlx", "", "kitchen_dead_letter_queue"}}) {
    const auto before = vhost.count(queue);
    vhost.publish(exchange, key, "x");
    CHECK(vhost.count(queue) == before + 1);
  }
}

TEST_CASE("a command that waits for its server ends at the first SIGTERM") {
  const auto dead = "127.0.0.1:" + std::to_string(free_port());
  const Extra patient{{}, {{"PIZZA_STARTUP_TIMEOUT", "120"}}};
  const std::vector<std::pair<std::vector<std::string>, int>> commands{
      {{"--setup-queues", "--rabbitmq", dead}, 0},
      {{"--setup-db", "--db", "postgres://cook@" + dead + "/none"}, 0},
      {{"--dead-letters=list", "--rabbitmq", dead}, 1},  // not listed
      {{"--dead-letters=redrive", "--rabbitmq", dead}, 1},
      {{"--audit", "--rabbitmq", dead}, 1},
      {{"--audit", "--db", "postgres://cook@" + dead + "/none"}, 1},
      {{"--prune", "--older-than=90d", "--db", "postgres://cook@" + dead + "/none"}, 1}};
  for (const auto& [arguments, exit_code] : commands) {
    const auto process = restaurant().launch("order-service", arguments, patient);
    INFO(arguments.front());
    CHECK_FALSE(process->wait_exit(core::after(1s)));
    CHECK(process->terminate(core::after(10s)) == exit_code);
    CHECK_FALSE(contains(process->output(), "connection_failed"));
  }
}

TEST_CASE("a queue that exists with other arguments is named with its argument") {
  TestVhost vhost;
  vhost.declare_queue("kitchen_takeout_queue", 5);
  const auto setup = run_order_service({"--setup-queues", "--rabbitmq", vhost.url()});
  INFO(setup.out << setup.err);
  CHECK(setup.exit_code == 1);
  const auto line = find_action(setup.out, "setup_failed");
  REQUIRE(line);
  CHECK(contains(line->message, "kitchen_takeout_queue"));
  CHECK(contains(line->message, "x-max-priority"));
  const auto started = run_order_service({"--port", std::to_string(free_port()), "--rabbitmq", vhost.url()});
  CHECK(started.exit_code == 1);
  CHECK(contains(started.out, "kitchen_takeout_queue"));
  CHECK(contains(started.out, "x-max-priority"));
}
