#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "support/certificates.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

/// A pair of servers that speak TLS: PostgreSQL with nothing else (but to the administrator), RabbitMQ on one more port
/// for each certificate.
class TlsServers {
 public:
  TlsServers();
  /// One pair for all tests of the executable.
  static TlsServers& get();

  CertificateAuthority ca;
  Servers servers = Servers::own();

  /// From now on the database shows this certificate, on the same port. Ends all sessions.
  void database_shows(const Certificate& certificate);
  /// From now on it speaks no TLS. Ends all sessions.
  void database_without_tls();
  /// Another port on which the broker speaks TLS; it is gone when the broker restarts.
  std::uint16_t broker_listens(const Certificate& certificate);
  void broker_listens(const Certificate& certificate, std::uint16_t port);

 private:
  void configure_database(const std::string& ssl);
};

/// What a service needs to reach both servers with TLS, by URL.
std::map<std::string, std::string> tls_environment(Restaurant& restaurant, std::uint16_t broker_port,
                                                   const std::string& ca_file);

}  // namespace pizza::test
