#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/security/tls_servers.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::size_t shown(Service& subscriber) {
  const auto lines = subscriber.process.stdout_lines();
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [](const auto& line) { return line.starts_with("Notification for order"); }));
}

bool has(TestDatabase& database, const std::string& orders_ready) {
  return eventually(core::after(60s), [&] {
    return database.value("SELECT count(*) FROM orders WHERE status = 'ready'") == orders_ready;
  });
}

/// A start that cannot succeed: what it is told of the servers, and the words of its refusal.
struct Refused {
  std::map<std::string, std::string> environment;
  std::vector<std::string> words;
  bool at_once = false;  ///< since waiting will not help
};

/// None of `executables` starts so, and each says why; none says a password.
void check_refused(Restaurant& restaurant, const std::vector<std::string>& executables, const Refused& refused) {
  auto environment = refused.environment;
  environment.insert(
      {{"PIZZA_STARTUP_TIMEOUT", refused.at_once ? "3600" : "0.5"}, {"PIZZA_KITCHEN_WORKER_NAME", "chef_a"}});
  std::vector<std::unique_ptr<Process>> processes;
  for (const auto& name : executables) processes.push_back(restaurant.launch(name, {}, {.environment = environment}));
  for (const auto& process : processes) {
    const auto exit_code = process->wait_exit(core::after(30s));
    const auto output = process->output();
    INFO(output);
    CHECK(exit_code == 1);
    for (const auto& word : refused.words) {
      CAPTURE(word);
      CHECK(output.contains(word));
    }
    CHECK_FALSE(output.contains(restaurant.database().password()));
    CHECK_FALSE(output.contains(restaurant.vhost().broker().password));
  }
}

}  // namespace

TEST_CASE("with TLS to both servers orders go their whole way, also after the broker was away") {
  auto& tls = TlsServers::get();
  const auto certificate = tls.ca.issue("DNS:localhost");
  const auto port = tls.broker_listens(certificate);
  Restaurant restaurant(tls.servers);
  const auto by_url = tls_environment(restaurant, port, tls.ca.file());
  const auto& broker = restaurant.vhost().broker();
  const std::map<std::string, std::string> by_keys{{"DB_URL", ""},
                                                   {"PIZZA_DATABASE_HOST", "localhost"},
                                                   {"PIZZA_DATABASE_PORT", std::to_string(tls.servers.database().port)},
                                                   {"PIZZA_DATABASE_USER", restaurant.database().user()},
                                                   {"PIZZA_DATABASE_PASSWORD", restaurant.database().password()},
                                                   {"PIZZA_DATABASE_DATABASE", restaurant.database().name()},
                                                   {"PIZZA_DATABASE_SSLMODE", "verify-full"},
                                                   {"PIZZA_DATABASE_SSLROOTCERT", tls.ca.file()},
                                                   {"RABBITMQ", ""},
                                                   {"PIZZA_RABBITMQ_HOST", "localhost"},
                                                   {"PIZZA_RABBITMQ_PORT", std::to_string(port)},
                                                   {"PIZZA_RABBITMQ_USER", broker.user},
                                                   {"PIZZA_RABBITMQ_PASSWORD", broker.password},
                                                   {"PIZZA_RABBITMQ_VHOST", restaurant.vhost().name()},
                                                   {"PIZZA_RABBITMQ_TLS", "true"},
                                                   {"PIZZA_RABBITMQ_CA_FILE", tls.ca.file()}};
  restaurant.start_order_service({.environment = by_url});
  restaurant.start_kitchen("chef_a", {{"--prefetch=100", "--cooking-time=0"}, by_url});
  restaurant.start_kitchen("chef_b", {{"--prefetch=100", "--cooking-time=0"}, by_keys});
  auto& subscriber = restaurant.start_subscriber({.environment = by_url});
  auto& tracking = restaurant.start_tracking({.environment = by_url});

  std::string number;
  for (int i = 0; i < 300; ++i) number = restaurant.place(i % 2 == 0 ? takeout_order() : delivery_order());
  REQUIRE(has(restaurant.database(), "300"));
  CHECK(eventually(core::after(60s), [&] { return shown(subscriber) == 600; }));
  const auto answer = tracking.get("/orders/" + number + "/status");
  REQUIRE(answer);
  CHECK(answer->body.contains(R"("current_status":"ready")"));

  // Of every session and connection, those of this test aside.
  const auto sessions = restaurant.database().query_as_admin(
      "SELECT application_name, ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
      " WHERE datname = current_database() AND application_name <> 'test'");
  CHECK(sessions.size() >= 8);
  for (const auto& session : sessions) {
    INFO(session[0]);
    CHECK(session[1] == "t");
    CHECK((session[2] == "TLSv1.3" || session[2] == "TLSv1.2"));
  }
  const auto connections = tls.servers.rabbitmqctl({"-q", "list_connections", "ssl", "ssl_protocol", "vhost"});
  INFO(connections);
  CHECK(connections.contains("true\ttlsv1.3\t" + restaurant.vhost().name()));
  CHECK_FALSE(connections.contains("false"));

  tls.servers.restart_broker();
  tls.broker_listens(certificate, port);
  const auto placed = [&] { return restaurant.place_order(takeout_order())->status == 200; };
  CHECK(eventually(core::after(60s), placed));
  CHECK(has(restaurant.database(), "301"));
  CHECK(eventually(core::after(60s), [&] { return shown(subscriber) == 602; }));
}

TEST_CASE("no service talks to a database that does not prove who it is") {
  auto& tls = TlsServers::get();
  const CertificateAuthority other;
  Restaurant restaurant(tls.servers);
  const auto port = std::to_string(tls.servers.database().port);
  const auto where = "localhost:" + port;
  const std::vector<std::string> executables{"order-service", "kitchen-worker", "tracking-service"};
  const auto url = [&](const std::string& host, const std::string& parameters) {
    const auto& database = restaurant.database();
    return std::map<std::string, std::string>{{"DB_URL", "postgres://" + database.user() + ":" + database.password() +
                                                             "@" + host + ":" + port + "/" + database.name() + "?" +
                                                             parameters}};
  };
  const auto trusting = [&](const CertificateAuthority& ca) {
    return "sslmode=verify-full&sslrootcert=" + ca.file().string();
  };
  const auto check = [&](const std::map<std::string, std::string>& environment, std::vector<std::string> words) {
    words.emplace_back("db_connection_failed");
    check_refused(restaurant, executables, {environment, std::move(words)});
  };

  check(url("localhost", trusting(other)), {where, "certificate verify failed"});
  check(url("127.0.0.1", trusting(tls.ca)), {"127.0.0.1:" + port, "does not match host name \\\"127.0.0.1\\\""});
  check(url("localhost", "sslmode=disable"), {where, "no encryption"});
  check(url("localhost", "sslmode=verify-full&sslrootcert=/no/such/ca.pem"), {where, "/no/such/ca.pem"});

  tls.database_shows(tls.ca.issue("DNS:elsewhere.example"));
  check(url("localhost", trusting(tls.ca)), {where, "elsewhere.example", "does not match host name \\\"localhost\\\""});
  tls.database_shows(tls.ca.issue("DNS:localhost", -1));
  check(url("localhost", trusting(tls.ca)), {where, "certificate verify failed"});
  tls.database_without_tls();
  check(url("localhost", trusting(tls.ca)), {where, "server does not support SSL, but SSL was required"});
  tls.database_shows(tls.ca.issue("DNS:localhost"));
}

TEST_CASE("no service talks to a broker that does not prove who it is") {
  auto& tls = TlsServers::get();
  const CertificateAuthority other;
  Restaurant restaurant(tls.servers);
  const std::vector<std::string> executables{"order-service", "kitchen-worker", "notification-subscriber"};
  const auto good = tls.broker_listens(tls.ca.issue("DNS:localhost"));
  const auto check = [&](const std::string& host, std::uint16_t port, const std::string& ca_file,
                         std::vector<std::string> words) {
    const auto& broker = restaurant.vhost().broker();
    const auto where = host + ":" + std::to_string(port);
    const bool at_once = words.front().starts_with("its certificate");
    words.insert(words.end(), {"rabbitmq_connection_failed", "connecting to RabbitMQ at " + where});
    check_refused(restaurant, executables,
                  {{{"RABBITMQ",
                     "amqps://" + broker.user + ":" + broker.password + "@" + where + "/" + restaurant.vhost().name()},
                    {"PIZZA_RABBITMQ_CA_FILE", ca_file}},
                   std::move(words),
                   at_once});
  };
  const std::string ca = tls.ca.file();

  check("localhost", good, other.file(), {"its certificate is refused", "trusted: " + other.file().string()});
  check("localhost", good, "", {"/etc/ssl/certs/ca-certificates.crt"});
  check("127.0.0.1", good, ca, {"its certificate is refused: IP address mismatch"});
  check("localhost", tls.broker_listens(tls.ca.issue("DNS:elsewhere.example")), ca,
        {"its certificate is refused: hostname mismatch"});
  check("localhost", tls.broker_listens(tls.ca.issue("DNS:localhost", -1)), ca,
        {"its certificate is refused: certificate has expired"});
  check("localhost", tls.servers.broker().port, ca, {"SSL handshake failed", "does it speak TLS on that port?"});
}

TEST_CASE("an address in the certificate is as good as a name") {
  auto& tls = TlsServers::get();
  const auto port = tls.broker_listens(tls.ca.issue("IP:127.0.0.1"));
  Restaurant restaurant(tls.servers);
  auto environment = tls_environment(restaurant, port, tls.ca.file());
  auto& address = environment["RABBITMQ"];
  address.replace(address.find("localhost"), 9, "127.0.0.1");
  auto& orders = restaurant.start_order_service({.environment = environment});
  CHECK(orders.ready());
}
