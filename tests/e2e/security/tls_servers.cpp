#include "e2e/security/tls_servers.hpp"

#include <fstream>
#include <iterator>

#include "support/names.hpp"

namespace pizza::test {
namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The server writes it itself, into its data: so the file is its own, and nobody else's to read.
void write_as_server(TestDatabase& database, const std::string& name, const std::string& text) {
  database.query_as_admin("COPY (SELECT line FROM string_to_table('" + text +
                          "', chr(10)) AS line WHERE line <> '') TO PROGRAM 'umask 077; cat > " + name + "'");
}

}  // namespace

TlsServers::TlsServers() { database_shows(ca.issue("DNS:localhost")); }

TlsServers& TlsServers::get() {
  static TlsServers all;
  return all;
}

void TlsServers::configure_database(const std::string& ssl) {
  TestDatabase database(servers);
  database.query_as_admin("ALTER SYSTEM SET ssl = " + ssl);
  write_as_server(database, "pg_hba.conf",
                  "host all " + servers.database().user + " 127.0.0.1/32 scram-sha-256\n" +
                      (ssl == "on" ? "hostssl" : "host") + " all all 127.0.0.1/32 scram-sha-256\n");
}

void TlsServers::database_shows(const Certificate& certificate) {
  {
    TestDatabase database(servers);
    write_as_server(database, "shown.pem", content(certificate.file));
    write_as_server(database, "shown.key", content(certificate.key));
    database.query_as_admin("ALTER SYSTEM SET ssl_cert_file = 'shown.pem'");
    database.query_as_admin("ALTER SYSTEM SET ssl_key_file = 'shown.key'");
  }
  configure_database("on");
  servers.restart_database();
}

void TlsServers::database_without_tls() {
  configure_database("off");
  servers.restart_database();
}

std::uint16_t TlsServers::broker_listens(const Certificate& certificate) {
  const auto port = free_port();
  broker_listens(certificate, port);
  return port;
}

void TlsServers::broker_listens(const Certificate& certificate, std::uint16_t port) {
  servers.eval_in_broker("rabbit_networking:start_ssl_listener({\"127.0.0.1\", " + std::to_string(port) +
                         "}, [{certfile, \"" + certificate.file.string() + "\"}, {keyfile, \"" +
                         certificate.key.string() + "\"}], 2).");
}

std::map<std::string, std::string> tls_environment(Restaurant& restaurant, std::uint16_t broker_port,
                                                   const std::string& ca_file) {
  const auto& database = restaurant.database();
  const auto& broker = restaurant.vhost().broker();
  return {{"DB_URL", "postgres://" + database.user() + ":" + database.password() +
                         "@localhost:" + std::to_string(database.server().port) + "/" + database.name() +
                         "?sslmode=verify-full&sslrootcert=" + ca_file},
          {"RABBITMQ", "amqps://" + broker.user + ":" + broker.password + "@localhost:" + std::to_string(broker_port) +
                           "/" + restaurant.vhost().name()},
          {"PIZZA_RABBITMQ_CA_FILE", ca_file}};
}

}  // namespace pizza::test
