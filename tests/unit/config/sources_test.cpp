#include <catch2/catch.hpp>

#include "loading.hpp"

using namespace pizza;
using config::Program;
using test::kNotifier;
using test::kOrder;
using test::kTracking;
using test::load;
using test::refusal;

namespace {

const test::Arguments kNamed{"--worker-name=k"};

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
  CHECK(load(kTracking, {}, {{"PIZZA_TRACKING_STAFF_TOKEN_FILE", "token"}}).tracking.staff_token == "of the house");
  CHECK(load(kOrder, {}, {{"PIZZA_ORDER_STAFF_TOKEN", "another"}}).order.staff_token == "another");
  directory.write("config.yaml", "order:\n  staff_token: hunter2\n  staff_token_file: token\n");
  CHECK(refusal(kOrder, {}) ==
        "config.yaml:3: order.staff_token_file: order.staff_token is given too; only one of them can hold");
  directory.write("config.yaml", "tracking:\n  staff_token_file: none\n");
  CHECK(refusal(kTracking, {}) ==
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

TEST_CASE("a secret's file that is empty is refused by its key, for each of them") {
  const test::WorkingDirectory directory;
  directory.write("nothing", "");
  directory.write("line_end", "\r\n");
  for (const auto& [program, variable] : {std::pair{kOrder, "PIZZA_DATABASE_PASSWORD_FILE"},
                                          {kOrder, "PIZZA_RABBITMQ_PASSWORD_FILE"},
                                          {kOrder, "PIZZA_ORDER_STAFF_TOKEN_FILE"},
                                          {kTracking, "PIZZA_TRACKING_STAFF_TOKEN_FILE"}}) {
    CHECK(refusal(program, {}, {{variable, "nothing"}}) == std::string{variable} + ": 'nothing': is empty");
    CHECK(refusal(program, {}, {{variable, "line_end"}}) == std::string{variable} + ": 'line_end': is empty");
    CHECK(refusal(program, {}, {{variable, "."}}) ==
          std::string{variable} + ": '.': cannot read the file: Is a directory");
  }
}

TEST_CASE("one line end after a secret is not part of it, and everything else is") {
  const test::WorkingDirectory directory;
  for (const auto& [written, read] : {std::pair{"pass", "pass"},
                                      {"pass\n", "pass"},
                                      {"pass\n\n", "pass\n"},
                                      {" pass \r\n", " pass "},
                                      {"pa\nss", "pa\nss"}}) {
    directory.write("secret", written);
    CHECK(load(kOrder, {}, {{"PIZZA_DATABASE_PASSWORD_FILE", "secret"}}).database.password == read);
  }
}

TEST_CASE("a service does not read what is for others only") {
  const test::WorkingDirectory directory;
  directory.write("config.yaml", R"(
database: {password_file: db, sslmode: verify-full, sslrootcert: db-ca}
rabbitmq: {password_file: mq, tls: true, ca_file: mq-ca}
order: {staff_token_file: staff}
tracking: {staff_token_file: desk}
)");
  const auto write_all_but = [&](const std::string& missing) {
    for (const std::string name : {"db", "mq", "staff", "desk", "db-ca", "mq-ca"}) {
      std::filesystem::remove(name);
      if (name != missing) directory.write(name, name.ends_with("-ca") ? "-----BEGIN CERTIFICATE-----" : name);
    }
  };
  struct Row {
    const char* file;
    bool order, kitchen, tracking, notifier;  // who needs it
  };
  for (const auto& row : {Row{"db", true, true, true, false}, Row{"db-ca", true, true, true, false},
                          Row{"mq", true, true, false, true}, Row{"mq-ca", true, true, false, true},
                          Row{"staff", true, false, false, false}, Row{"desk", false, false, true, false}}) {
    CAPTURE(row.file);
    write_all_but(row.file);
    CHECK((refusal(kOrder, {}) != "(accepted)") == row.order);
    CHECK((refusal(Program::kitchen_worker, kNamed) != "(accepted)") == row.kitchen);
    CHECK((refusal(kTracking, {}) != "(accepted)") == row.tracking);
    CHECK((refusal(kNotifier, {}) != "(accepted)") == row.notifier);
  }
}

TEST_CASE("whom to trust is a file with certificates, and of use only where one is checked") {
  const test::WorkingDirectory directory;
  directory.write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
  directory.write("other", "ssh-rsa AAAA");
  test::Variables variables{{"PIZZA_DATABASE_SSLROOTCERT", "ca.pem"}};
  const std::string useless = "database.sslrootcert: is of use with database.sslmode verify-full or verify-ca only";
  CHECK(refusal(kOrder, {}, variables) == useless);
  for (const std::string mode : {"disable", "allow", "prefer", "require"}) {
    variables["PIZZA_DATABASE_SSLMODE"] = mode;
    CHECK(refusal(kOrder, {}, variables) == useless);
  }
  for (const std::string mode : {"verify-ca", "verify-full"}) {
    variables["PIZZA_DATABASE_SSLMODE"] = mode;
    CHECK(load(kOrder, {}, variables).database.sslrootcert == "ca.pem");
    CHECK(load(kOrder, {}, {{"DB_URL", "postgres://h/d?sslmode=" + mode}, {"PIZZA_DATABASE_SSLROOTCERT", "ca.pem"}})
              .database.sslrootcert == "ca.pem");
  }
  variables["PIZZA_DATABASE_SSLROOTCERT"] = "none";
  CHECK(refusal(kOrder, {}, variables) ==
        "PIZZA_DATABASE_SSLROOTCERT: 'none': cannot read the file: No such file or directory");
  variables["PIZZA_DATABASE_SSLROOTCERT"] = "other";
  CHECK(refusal(kOrder, {}, variables) == "PIZZA_DATABASE_SSLROOTCERT: 'other': holds no certificate (PEM)");

  CHECK(refusal(kOrder, {}, {{"PIZZA_RABBITMQ_CA_FILE", "none"}}) ==
        "PIZZA_RABBITMQ_CA_FILE: 'none': cannot read the file: No such file or directory");
  const std::string plain = "rabbitmq.ca_file: is of use with rabbitmq.tls or an amqps:// address only";
  CHECK(refusal(kOrder, {}, {{"PIZZA_RABBITMQ_CA_FILE", "ca.pem"}}) == plain);
  CHECK(refusal(kOrder, {"--rabbitmq=amqp://h"},
                {{"PIZZA_RABBITMQ_CA_FILE", "ca.pem"}, {"PIZZA_RABBITMQ_TLS", "true"}}) == plain);
  CHECK(load(kOrder, {}, {{"PIZZA_RABBITMQ_CA_FILE", "ca.pem"}, {"RABBITMQ", "amqps://h"}}).rabbitmq.ca_file ==
        "ca.pem");
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
