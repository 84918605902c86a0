#include <catch2/catch.hpp>

#include "loading.hpp"

using namespace pizza;
using config::Program;
using test::load;
using test::refusal;

namespace {

constexpr auto kOrder = Program::order_service;

}  // namespace

TEST_CASE("flag > environment > file > default, whichever of them are there") {
  const test::WorkingDirectory directory;
  for (unsigned given = 0; given < 8; ++given) {
    const bool flag = (given & 1U) != 0;
    const bool variable = (given & 2U) != 0;
    const bool file = (given & 4U) != 0;
    directory.write("config.yaml", file ? "order:\n  port: 1003\n" : "");
    test::Arguments arguments;
    if (flag) arguments.emplace_back("--port=1001");
    test::Variables variables;
    if (variable) variables["PIZZA_ORDER_PORT"] = "1002";
    const int expected = flag ? 1001 : variable ? 1002 : file ? 1003 : 3000;
    CHECK(load(kOrder, arguments, variables).order.port == expected);
  }
}

TEST_CASE("the short variables stand where their flags do, below them") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml", "logging: {level: ERROR}\nrabbitmq: {host: filehost, port: 1234}\n");
  const test::Variables variables{{"LOG_LEVEL", "DEBUG"}, {"RABBITMQ", "envhost"}, {"DB_URL", "postgres://e@h/d"}};
  const auto from_environment = load(kOrder, {}, variables);
  CHECK(from_environment.logging.level == "DEBUG");
  CHECK(from_environment.rabbitmq.hosts == std::vector<config::HostPort>{{"envhost", 5672}});
  CHECK(from_environment.database.url == "postgres://e@h/d");
  const auto from_flags =
      load(kOrder, {"--log-level=WARN", "--rabbitmq=flaghost:99", "--db=postgres://f@h/d"}, variables);
  CHECK(from_flags.logging.level == "WARN");
  CHECK(from_flags.rabbitmq.hosts == std::vector<config::HostPort>{{"flaghost", 99}});
  CHECK(from_flags.database.url == "postgres://f@h/d");
}

TEST_CASE("a database URL stands for all of its parts, wherever they were given") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml", "database: {host: filehost}\n");
  const auto settings = load(kOrder, {}, {{"DB_URL", "postgres://u@urlhost/d"}, {"PIZZA_DATABASE_HOST", "x"}});
  CHECK(settings.database.url == "postgres://u@urlhost/d");
  CHECK(config::redacted(settings.database) == "postgres://u@urlhost/d");
}

TEST_CASE("an empty variable counts as unset") {
  const test::WorkingDirectory directory;
  CHECK(load(kOrder, {}, {{"PIZZA_ORDER_PORT", ""}, {"RABBITMQ", ""}}).order.port == 3000);
}

TEST_CASE("top-level keys have variables without a section") {
  const test::WorkingDirectory directory;
  const auto settings = load(
      kOrder, {}, {{"PIZZA_SHUTDOWN_TIMEOUT", "1.5"}, {"PIZZA_STARTUP_TIMEOUT", "0"}, {"PIZZA_ADMIN_ADDRESS", "::1"}});
  CHECK(settings.shutdown_timeout.count() == 1500);
  CHECK(settings.startup_timeout.count() == 0);
  CHECK(settings.admin_address == "::1");
}

TEST_CASE("a wrong variable is refused by its own name") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kOrder, {}, {{"PIZZA_ORDER_PORT", "x"}}) ==
        "PIZZA_ORDER_PORT: must be a whole number from 1 to 65535, not 'x'");
  CHECK(refusal(kOrder, {}, {{"LOG_LEVEL", "loud"}}) ==
        "LOG_LEVEL: must be one of DEBUG, INFO, WARN, ERROR, not 'loud'");
  CHECK(refusal(kOrder, {}, {{"PIZZA_RABBITMQ_TLS", "yes"}}) == "PIZZA_RABBITMQ_TLS: must be true or false, not 'yes'");
}

TEST_CASE("a password may stand in a file of its own") {
  const test::WorkingDirectory directory;
  directory.write("secret", "p ss'\\\n");
  directory.write("windows", "pass\r\n");
  directory.write("config.yaml", "database:\n  password_file: secret\nrabbitmq:\n  password_file: windows\n");
  const auto settings = load(kOrder, {});
  CHECK(settings.database.password == "p ss'\\");
  CHECK(settings.rabbitmq.password == "pass");
  CHECK(load(kOrder, {}, {{"PIZZA_DATABASE_PASSWORD", "other"}}).database.password == "other");
  CHECK(load(kOrder, {}, {{"PIZZA_DATABASE_PASSWORD_FILE", "windows"}}).database.password == "pass");
}

TEST_CASE("the staff tokens may stand in files of their own") {
  const test::WorkingDirectory directory;
  directory.write("token", "of the house\n");
  directory.write("config.yaml", "order:\n  staff_token_file: token\n");
  CHECK(load(kOrder, {}).order.staff_token == "of the house");
  CHECK(load(kOrder, {}, {{"PIZZA_TRACKING_STAFF_TOKEN_FILE", "token"}}).tracking.staff_token == "of the house");
  CHECK(load(kOrder, {}, {{"PIZZA_ORDER_STAFF_TOKEN", "another"}}).order.staff_token == "another");
  directory.write("config.yaml", "order:\n  staff_token: hunter2\n  staff_token_file: token\n");
  CHECK(refusal(kOrder, {}) ==
        "config.yaml:3: order.staff_token_file: order.staff_token is given too; only one of them can hold");
  directory.write("config.yaml", "tracking:\n  staff_token_file: none\n");
  CHECK(refusal(kOrder, {}) ==
        "config.yaml:2: tracking.staff_token_file: 'none': cannot read the file: No such file or directory");
}

TEST_CASE("a password file that is missing or stands beside a password is refused by its key") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml", "database:\n  user: u\n  password_file: none\n");
  CHECK(refusal(kOrder, {}) ==
        "config.yaml:3: database.password_file: 'none': cannot read the file: No such file or directory");
  directory.write("config.yaml", "database:\n  password: hunter2\n  password_file: config.yaml\n");
  CHECK(refusal(kOrder, {}) ==
        "config.yaml:3: database.password_file: database.password is given too; only one of them can hold");
}

TEST_CASE("broker addresses: hosts, ports, URLs and what they leave open") {
  const test::WorkingDirectory directory;
  const auto rabbitmq = [&](const std::string& address, const std::string& file = "") {
    directory.write("config.yaml", file);
    return load(kOrder, {"--rabbitmq=" + address}).rabbitmq;
  };
  using Hosts = std::vector<config::HostPort>;
  CHECK(rabbitmq("mq").hosts == Hosts{{"mq", 5672}});
  CHECK(rabbitmq("mq", "rabbitmq: {port: 9, tls: true}").hosts == Hosts{{"mq", 5671}});
  CHECK(rabbitmq("[::1]:99").hosts == Hosts{{"::1", 99}});
  const auto full = rabbitmq("amqps://us%65r:p%40ss%2F@[fe80::1]/v%2Fhost", "rabbitmq: {user: x, password: y}");
  CHECK(full.hosts == Hosts{{"fe80::1", 5671}});
  CHECK(full.tls);
  CHECK(full.user == "user");
  CHECK(full.password == "p@ss/");
  CHECK(full.vhost == "v/host");
  const auto sparse = rabbitmq("amqp://mq:7/", "rabbitmq: {user: x, password: y, vhost: z, tls: true}");
  CHECK(sparse.hosts == Hosts{{"mq", 7}});
  CHECK(!sparse.tls);
  CHECK(sparse.user == "x");
  CHECK(sparse.password == "y");
  CHECK(sparse.vhost == "z");
  CHECK(load(kOrder, {"--rabbitmq=amqp://a:b@mq", "--rabbitmq-user=c"}).rabbitmq.user == "c");
}

TEST_CASE("several broker hosts are kept in their order, with the port of the file or the protocol") {
  const test::WorkingDirectory directory;
  using Hosts = std::vector<config::HostPort>;
  directory.write("config.yaml", "rabbitmq:\n  host: localhost\n  port: 7\n  hosts: [a, 'b:8', '[::1]']\n");
  CHECK(load(kOrder, {}).rabbitmq.hosts == Hosts{{"a", 7}, {"b", 8}, {"::1", 7}});
  CHECK(load(kOrder, {}, {{"PIZZA_RABBITMQ_HOSTS", "x,y:1"}}).rabbitmq.hosts == Hosts{{"x", 7}, {"y", 1}});
  directory.write("config.yaml", "rabbitmq: {tls: true}\n");
  CHECK(load(kOrder, {}).rabbitmq.hosts == Hosts{{"localhost", 5671}});
}

TEST_CASE("a broken broker address is refused without repeating it") {
  const test::WorkingDirectory directory;
  for (const std::string bad :
       {"amqp://u:hunter2@", "amqp://u:hunter2@h:0", "amqp://u:hun/ter2@h", "amqp://u:hunter2@h?heartbeat=1",
        "amqp://u:hunter2%4@h", "amqp://u:hunter2%00@h", "amqp://:hunter2@h", "http://u:hunter2@h", "u:hunter2@h",
        "h:0", "h:65536", "h:", ":1", "::1", "[::1", "[]:1", "a b", "h:1:2", "amqp://"}) {
    INFO(bad);
    const auto message = refusal(kOrder, {"--rabbitmq=" + bad});
    CHECK(message.starts_with("--rabbitmq: "));
    CHECK(message.find("hun") == std::string::npos);
    CHECK(message.find("ter2") == std::string::npos);
  }
}

TEST_CASE("a broken database URL is refused and shown without its password") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kOrder, {"--db=postgres://u:hunter2@h:99999/d"}) ==
        "--db: has a port outside 1 to 65535, not 'postgres://u@h:99999/d'");
  for (const std::string bad :
       {"mysql://u:hunter2@h/d", "hunter2", "u:hunter2@h/d", "postgres:/u:hunter2@h/d?x=y", "host=h password='hunter2",
        "postgres://u:hunter2@h:x/d", "postgres://u:hunter2@h/\x01"}) {
    INFO(bad);
    const auto message = refusal(kOrder, {"--db=" + bad});
    CHECK(message.starts_with("--db: "));
    CHECK(message.find("hunter2") == std::string::npos);
  }
  for (const std::string good : {"postgres://h/d", "postgresql://u:p@h:1,[::1]:2/d?sslmode=require", "postgres://",
                                 "host=h dbname=d", "postgres://%2Fvar%2Frun/d", "postgres:///d"}) {
    CHECK(refusal(kOrder, {"--db=" + good}) == "(accepted)");
  }
}
