#include <catch2/catch.hpp>

#include "loading.hpp"

using namespace pizza;
using config::Program;
using test::file_refusal;
using test::kOrder;
using test::load;
using test::refusal;

namespace {

std::string shipped_file() {
  // tests/unit/config/file_test.cpp -> config/config.yaml
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "config/config.yaml";
}

/// Takes the comment sign off every line that is a key or a section, but for those that name a file.
std::string uncommented(const std::string& file) {
  std::ifstream in(file);
  std::string result;
  for (std::string line; std::getline(in, line);) {
    const auto sign = line.find("# ");
    const auto word = sign == std::string::npos ? std::string{} : line.substr(sign + 2);
    const auto end = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_ ");
    if (sign != std::string::npos && line.find_first_not_of(' ') == sign && end != std::string::npos &&
        word[end] == ':') {
      line = line.substr(0, sign) + word;
    }
    if (line.find(": /run/") == std::string::npos) result += line + '\n';
  }
  return result;
}

}  // namespace

TEST_CASE("the file of the specification works as printed") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml", R"(# Database Configuration
database:
  host: localhost
  port: 5433
  user: restaurant_user
  password: restaurant_pass
  database: restaurant_db

# RabbitMQ Configuration
rabbitmq:
  host: mq
  port: 5673
  user: guest
  password: guest
)");
  const auto settings = load(kOrder, {});
  CHECK(settings.database.port == 5433);
  CHECK(settings.database.database == "restaurant_db");
  CHECK(settings.rabbitmq.hosts == std::vector<config::HostPort>{{"mq", 5673}});
}

TEST_CASE("the file that is shipped means the defaults, as it is and with every key uncommented") {
  const test::WorkingDirectory directory;
  directory.write("all.yaml", uncommented(shipped_file()));
  for (const auto& file : {shipped_file(), std::string{"all.yaml"}}) {
    INFO(file);
    const bool all = file == "all.yaml";
    const auto settings = load(kOrder, {"--config", file});
    const config::Settings defaults;
    CHECK(settings.database.host == defaults.database.host);
    CHECK(settings.database.password == defaults.database.password);
    CHECK(settings.database.pool_size == defaults.database.pool_size);
    CHECK(settings.database.statement_timeout == defaults.database.statement_timeout);
    CHECK(settings.database.sslmode == (all ? "prefer" : ""));
    CHECK(settings.rabbitmq.hosts == defaults.rabbitmq.hosts);
    CHECK(settings.rabbitmq.vhost == defaults.rabbitmq.vhost);
    CHECK(settings.logging.level == defaults.logging.level);
    CHECK(settings.logging.file == defaults.logging.file);
    CHECK(settings.order.address == defaults.order.address);
    CHECK(settings.order.port == defaults.order.port);
    CHECK(settings.order.max_concurrent == defaults.order.max_concurrent);
    CHECK(settings.order.when_broker_down == defaults.order.when_broker_down);
    CHECK(settings.order.reconcile_interval == std::chrono::seconds{5});
    CHECK(settings.kitchen.worker_name.starts_with(all ? "chef_" : ""));
    CHECK(settings.kitchen.order_types.size() == (all ? 3 : 0));
    CHECK(settings.kitchen.heartbeat_interval == defaults.kitchen.heartbeat_interval);
    CHECK(settings.kitchen.cooking_time == defaults.kitchen.cooking_time);
    CHECK(settings.kitchen.max_wait == defaults.kitchen.max_wait);
    CHECK(settings.kitchen.stations == defaults.kitchen.stations);
    CHECK(settings.kitchen.station == defaults.kitchen.station);
    CHECK(settings.tracking.port == defaults.tracking.port);
    CHECK(settings.notifier.notification_types.size() == (all ? 7 : 0));
    CHECK(settings.notifier.subscriber_name == defaults.notifier.subscriber_name);
    CHECK(settings.admin_address == defaults.admin_address);
    CHECK(settings.shutdown_timeout == defaults.shutdown_timeout);
    CHECK(settings.startup_timeout == defaults.startup_timeout);
  }
}

TEST_CASE("an empty file, a comment and an empty section are files without settings") {
  const test::WorkingDirectory directory;
  for (const auto* text : {"", "# nothing\n", "---\n", "order:\n  # port: 1\n", "{}\n"}) {
    directory.write("config.yaml", text);
    CHECK(load(kOrder, {}).order.port == 3000);
  }
}

TEST_CASE("--config stands instead of ./config.yaml, and without both there is no file") {
  const test::WorkingDirectory directory;
  CHECK(load(kOrder, {}).order.port == 3000);
  directory.write("config.yaml", "order: {port: 1}\n");
  directory.write("other.yaml", "order: {max_concurrent: 2}\n");
  CHECK(load(kOrder, {}).order.port == 1);
  CHECK(load(kOrder, {"--config=other.yaml"}).order.port == 3000);
  CHECK(load(kOrder, {"--config", "other.yaml"}).order.max_concurrent == 2);
}

TEST_CASE("every key of a service can be given in the file") {
  const test::WorkingDirectory directory;
  directory.write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
  directory.write("config.yaml", R"(
order: {address: '::', port: 1, max_concurrent: 2, when_broker_down: accept, staff_token: of the house,
        reconcile_interval: 0.5, admin_port: 3}
kitchen: {worker_name: k, order_types: [takeout, dine-in], prefetch: 4, heartbeat_interval: 5, cooking_time: 1.5,
          max_active_workers: 10, max_wait: 2.5, stations: [cook, packaging], station: packaging, admin_port: 6}
tracking: {address: 127.0.0.1, port: 7, staff_token: of the desk, admin_port: 8}
notifier: {customer: Zoë, notification_types: 'ready,cooking', subscriber_name: s, admin_port: 9}
database: {sslmode: verify-full, sslrootcert: ca.pem, pool_size: 11, statement_timeout: 2.5}
rabbitmq: {vhost: v, tls: true, ca_file: ca.pem}
shutdown_timeout: 12
drain_delay: 2.5
startup_timeout: 0.5
admin_address: 127.0.0.1
)");
  const auto all = load(kOrder, {});
  CHECK(all.order.address == "::");
  CHECK(all.order.when_broker_down == config::WhenBrokerDown::accept);
  CHECK(all.order.staff_token == "of the house");
  CHECK(all.order.reconcile_interval.count() == 500);
  CHECK(all.order.admin_port == 3);
  CHECK(all.kitchen.worker_name == "k");
  CHECK(all.kitchen.order_types == std::vector<std::string>{"takeout", "dine_in"});
  CHECK(all.kitchen.cooking_time.count() == 1500);
  CHECK(all.kitchen.max_active_workers == 10);
  CHECK(all.kitchen.max_wait.count() == 2500);
  CHECK(all.kitchen.stations == std::vector<std::string>{"cook", "packaging"});
  CHECK(all.kitchen.station == "packaging");
  CHECK(all.kitchen.admin_port == 6);
  CHECK(all.tracking.address == "127.0.0.1");
  CHECK(all.tracking.staff_token == "of the desk");
  CHECK(all.tracking.admin_port == 8);
  CHECK(all.notifier.customer == "Zoë");
  CHECK(all.notifier.notification_types == std::vector<std::string>{"ready", "cooking"});
  CHECK(all.database.sslmode == "verify-full");
  CHECK(all.database.sslrootcert == "ca.pem");
  CHECK(all.database.pool_size == 11);
  CHECK(all.database.statement_timeout.count() == 2500);
  CHECK(all.rabbitmq.vhost == "v");
  CHECK(all.rabbitmq.ca_file == "ca.pem");
  CHECK(all.shutdown_timeout.count() == 12'000);
  CHECK(all.drain_delay.count() == 2500);
  CHECK(all.startup_timeout.count() == 500);
}

TEST_CASE("a file that cannot be read is refused by its name") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kOrder, {"--config=none.yaml"}) == "none.yaml: cannot read the file: No such file or directory");
  CHECK(refusal(kOrder, {"--config=."}) == ".: cannot read the file: Is a directory");
}

TEST_CASE("YAML that does not parse is refused with its line") {
  CHECK(file_refusal("order:\n  port: [1\n").starts_with("c.yaml:3: is not valid YAML: "));
  CHECK(file_refusal("order:\n\tport: 1\n").starts_with("c.yaml:2: is not valid YAML: "));
  const std::string second = "a second document begins here, or what YAML does not expect here";
  CHECK(file_refusal("a: 1\n---\nb: 2\n") == "c.yaml:2: " + second);
  CHECK(file_refusal(", ]\n---\n") == "c.yaml:1: " + second);
  CHECK(file_refusal("\n]\n") == "c.yaml:2: is not valid YAML: illegal flow end");
  CHECK(file_refusal("- a\n- b\n") == "c.yaml:1: must consist of `section:` and `key: value` lines");
  CHECK(file_refusal("just text\n") == "c.yaml:1: must consist of `section:` and `key: value` lines");
  CHECK(file_refusal(std::string(100'000, '[')).starts_with("c.yaml:1: is not valid YAML: "));
}

TEST_CASE("unknown, doubled, empty and misplaced keys are refused with line and path") {
  CHECK(file_refusal("order:\n  prot: 1\n") == "c.yaml:2: order.prot: is not a known key");
  CHECK(file_refusal("kitchens:\n  prefetch: 1\n") == "c.yaml:1: kitchens: is not a known key");
  CHECK(file_refusal("port: 1\n") == "c.yaml:1: port: is not a known key");
  CHECK(file_refusal("database:\n  url: x\n") == "c.yaml:2: database.url: is not a known key");
  CHECK(file_refusal("order:\n  staff_tokens: x\n") == "c.yaml:2: order.staff_tokens: is not a known key");
  CHECK(file_refusal("order:\n  port: 1\n  port: 2\n") == "c.yaml:3: order.port: is there twice");
  CHECK(file_refusal("order:\n  port: 1\ntracking:\n  port: 2\norder:\n  port: 3\n") ==
        "c.yaml:5: order: is there twice");
  CHECK(file_refusal("order:\n  port:\n") == "c.yaml:2: order.port: has no value (write '' for an empty one)");
  CHECK(file_refusal("order:\n  port: ~\n") == "c.yaml:2: order.port: has no value (write '' for an empty one)");
  CHECK(file_refusal("order: 5\n") == "c.yaml:1: order: is a section: its keys stand below it, indented");
  CHECK(file_refusal("order:\n  port: {a: 1}\n") == "c.yaml:2: order.port: must be a value, not a section");
  CHECK(file_refusal("kitchen:\n  order_types: [[takeout]]\n") ==
        "c.yaml:2: kitchen.order_types: must be a list of plain values");
  CHECK(file_refusal("? [a, b]\n: 1\n") == "c.yaml:1: has a key that is not a word");
}

TEST_CASE("values out of range are refused with line and path") {
  const std::string port = "must be a whole number from 1 to 65535, not ";
  CHECK(file_refusal("database:\n  host: h\n  port: 0\n") == "c.yaml:3: database.port: " + port + "'0'");
  CHECK(file_refusal("order:\n  port: 010\n") == "c.yaml:2: order.port: " + port + "'010'");
  CHECK(file_refusal("order:\n  port: 0x10\n") == "c.yaml:2: order.port: " + port + "'0x10'");
  CHECK(file_refusal("order:\n  port: [1, 2]\n") == "c.yaml:2: order.port: " + port + "'1,2'");
  CHECK(file_refusal("order:\n  when_broker_down: maybe\n") ==
        "c.yaml:2: order.when_broker_down: must be one of reject, accept, not 'maybe'");
  CHECK(file_refusal("database:\n  statement_timeout: 0\n") ==
        "c.yaml:2: database.statement_timeout: must be a number of seconds from 0.1 to 86400, not '0'");
  CHECK(file_refusal("database:\n  pool_size: 0\n") ==
        "c.yaml:2: database.pool_size: must be a whole number from 1 to 1000, not '0'");
  CHECK(file_refusal("database:\n  sslmode: on\n").starts_with("c.yaml:2: database.sslmode: must be one of disable, "));
  CHECK(file_refusal("rabbitmq:\n  hosts: [a, 'b:0']\n") ==
        "c.yaml:2: rabbitmq.hosts: must have a port from 1 to 65535, not 'b:0'");
  CHECK(file_refusal("rabbitmq:\n  host: ''\n") == "c.yaml:2: rabbitmq.host: must not be empty");
  CHECK(file_refusal("rabbitmq:\n  host: u:p@h/v\n").starts_with("c.yaml:2: rabbitmq.host: must be a host name"));
  CHECK(file_refusal("kitchen:\n  max_wait: 0.09\n") ==
        "c.yaml:2: kitchen.max_wait: must be a number of seconds from 0.1 to 86400, not '0.09'");
  CHECK(file_refusal("order:\n  reconcile_interval: 0\n") ==
        "c.yaml:2: order.reconcile_interval: must be a number of seconds from 0.1 to 86400, not '0'");
  CHECK(file_refusal("order:\n  staff_token: ''\n") == "c.yaml:2: order.staff_token: must not be empty");
  CHECK(file_refusal("kitchen:\n  admin_port: 0\n") == "(accepted)");
}

TEST_CASE("the stations begin with the cook and keep the order in which an order passes them") {
  const auto refusal_of = [](const std::string& list) { return file_refusal("kitchen:\n  stations: " + list + "\n"); };
  const std::string order =
      "c.yaml:2: kitchen.stations: must begin with cook and keep the order of cook, quality, packaging, courier";
  CHECK(refusal_of("[quality, cook]") == order);
  CHECK(refusal_of("[cook, courier, packaging]") == order);
  CHECK(refusal_of("[quality, packaging]") == order);
  CHECK(refusal_of("[cook, oven]").starts_with("c.yaml:2: kitchen.stations: must be some of cook, quality, "));
  CHECK(refusal_of("''").starts_with("c.yaml:2: kitchen.stations: must be some of cook, quality, "));
  for (const auto* list : {"[cook]", "[cook, courier]", "[cook, quality, packaging, courier]", "'cook,quality'"}) {
    CHECK(refusal_of(list) == "(accepted)");
  }
}

TEST_CASE("a worker's station is one that orders pass; the other services do not ask") {
  const test::WorkingDirectory directory;
  const auto kitchen = [](const std::string& station, const std::string& stations) {
    return refusal(Program::kitchen_worker, {"--worker-name=anna", "--station", station},
                   {{"PIZZA_KITCHEN_STATIONS", stations}});
  };
  CHECK(kitchen("quality", "") == "--station: orders do not pass quality; kitchen.stations is cook");
  CHECK(kitchen("courier", "cook,quality") ==
        "--station: orders do not pass courier; kitchen.stations is cook,quality");
  const auto specialised = [](const std::string& station, const std::string& types) {
    return refusal(Program::kitchen_worker, {"--worker-name=anna", "--station", station, "--order-types", types},
                   {{"PIZZA_KITCHEN_STATIONS", "cook,quality,packaging,courier"}});
  };
  CHECK(specialised("quality", "dine_in") ==
        "--order-types: quality takes orders of every type; only cooks are specialised");
  CHECK(specialised("courier", "takeout") ==
        "--order-types: courier takes orders of every type; only cooks are specialised");
  CHECK(specialised("courier", "delivery") == "(accepted)");
  CHECK(specialised("cook", "takeout") == "(accepted)");
  CHECK(kitchen("quality", "cook,quality") == "(accepted)");
  CHECK(refusal(kOrder, {}, {{"PIZZA_KITCHEN_STATION", "quality"}}) == "(accepted)");
}

TEST_CASE("a password in the file is never repeated, and may be anything") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml", "database:\n  password: 'null'\nrabbitmq:\n  password: \"\"\n");
  const auto settings = load(kOrder, {});
  CHECK(settings.database.password == "null");
  CHECK(settings.rabbitmq.password.empty());
  const auto message = file_refusal("database:\n  password: \"hunter2\\0\"\n");
  CHECK(message == "c.yaml:2: database.password: is not usable as a password");
}
