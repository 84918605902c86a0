#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "values.hpp"

namespace pizza::config {

/// What a broker address says; what it leaves open is nullopt, or port 0.
struct BrokerAddress {
  HostPort host;
  std::optional<bool> tls;
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::optional<std::string> vhost;
};

/// `HOST[:PORT]`, IPv6 in brackets; port 0 if there is none.
Parsed<HostPort> parse_host_port(std::string_view text);
/// That, or `amqp[s]://[user[:password]@]host[:port][/vhost]` with percent-encoding. Reasons never repeat the text.
Parsed<BrokerAddress> parse_broker_address(std::string_view text);
/// `postgres[ql]://…` or `keyword=value …`, checked for its shape only: libpq reads it. Reasons never repeat a
/// password.
Parsed<std::string> parse_database_url(std::string_view text);

}  // namespace pizza::config
