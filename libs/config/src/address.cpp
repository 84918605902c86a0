#include "address.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "redact.hpp"

namespace pizza::config {
namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Parsed<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    unsigned char byte = 0;
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto* end = text.data() + std::min<std::size_t>(3, text.size());
    const auto [stop, error] = std::from_chars(text.data() + 1, end, byte, 16);
    if (error != std::errc{} || stop != text.data() + 3 || byte == 0) {
      return std::unexpected(std::string{"has a '%' that two hexadecimal digits do not follow"});
    }
    decoded += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return decoded;
}

bool is_host_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
}

bool is_address_character(char c) { return is_host_character(c) || c == ':' || c == '%'; }

struct HostAndPort {
  std::string_view host;
  bool has_port = false;
  std::string_view port;
};

/// Splits `[::1]:5672` and `host:5672`.
Parsed<HostAndPort> split_port(std::string_view text) {
  const auto bad = std::unexpected(std::string{"must be HOST or HOST:PORT, an IPv6 address in brackets"});
  std::string_view host;
  if (take_prefix(text, "[")) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end == 0) return bad;
    host = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!std::ranges::all_of(host, is_address_character)) return bad;
  } else {
    host = text.substr(0, text.find(':'));
    text.remove_prefix(host.size());
    if (host.empty() || !std::ranges::all_of(host, is_host_character)) return bad;
  }
  if (text.empty()) return HostAndPort{.host = host};
  if (!take_prefix(text, ":")) return bad;
  return HostAndPort{.host = host, .has_port = true, .port = text};
}

/// `user[:password]` into `address`.
Parsed<BrokerAddress> with_credentials(BrokerAddress address, std::string_view text) {
  const auto colon = text.find(':');
  auto user = percent_decoded(text.substr(0, colon));
  if (!user) return std::unexpected(user.error());
  if (user->empty()) return std::unexpected(std::string{"has no user name before its '@'"});
  address.user = std::move(*user);
  if (colon == std::string_view::npos) return address;
  auto password = percent_decoded(text.substr(colon + 1));
  if (!password) return std::unexpected(password.error());
  address.password = std::move(*password);
  return address;
}

Parsed<BrokerAddress> parse_amqp_url(std::string_view text, bool tls) {
  BrokerAddress address{.tls = tls};
  if (text.find('?') != std::string_view::npos) return std::unexpected(std::string{"takes no parameters after a '?'"});
  const auto slash = text.find('/');
  auto authority = text.substr(0, slash);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    auto known = with_credentials(std::move(address), authority.substr(0, at));
    if (!known) return known;
    address = std::move(*known);
    authority.remove_prefix(at + 1);
  }
  auto host = parse_host_port(authority);
  if (!host)
    return std::unexpected(
        std::string{"must be amqp[s]://user:pass@host:port/vhost, and in its parts '@', '/' "
                    "and ':' written as %40, %2F and %3A"});
  address.host = std::move(*host);
  if (slash == std::string_view::npos || slash + 1 == text.size()) return address;
  auto vhost = percent_decoded(text.substr(slash + 1));
  if (!vhost) return std::unexpected(vhost.error());
  address.vhost = std::move(*vhost);
  return address;
}

/// The host part of a database URL, which may be a list, or empty for a local socket.
std::optional<std::string> fault_in_hosts(std::string_view hosts) {
  if (hosts.empty()) return std::nullopt;
  for (const auto one : split(hosts, ',')) {
    if (one.find('%') != std::string_view::npos || one.empty()) continue;  // an encoded socket folder; a default
    const auto named = one.starts_with(':') ? "localhost" + std::string{one} : std::string{one};
    const auto parts = split_port(named);
    if (!parts) return parts.error();
    if (parts->has_port && !parse_whole(parts->port, 1, 65'535)) return "has a port outside 1 to 65535";
  }
  return std::nullopt;
}

std::optional<std::string> fault_in_database_url(std::string_view text) {
  if (!parse_text(text, 4096)) return "must be printable text of at most 4096 characters";
  if (!is_readable(text)) return "must be postgres://user:pass@host:port/dbname";
  if (!take_prefix(text, "postgres://") && !take_prefix(text, "postgresql://")) return std::nullopt;
  // libpq would quote what it cannot decode, and that may be the password.
  if (const auto decoded = percent_decoded(text); !decoded) return decoded.error();
  const auto authority = text.substr(0, text.find_first_of("/?"));
  const auto at = authority.find('@');
  return fault_in_hosts(at == std::string_view::npos ? authority : authority.substr(at + 1));
}

}  // namespace

Parsed<HostPort> parse_host_port(std::string_view text) {
  const auto parts = split_port(text);
  if (!parts) return std::unexpected(parts.error());
  HostPort result{.host = std::string{parts->host}};
  if (!parts->has_port) return result;
  const auto port = parse_whole(parts->port, 1, 65'535);
  if (!port) return std::unexpected(std::string{"must have a port from 1 to 65535"});
  result.port = static_cast<std::uint16_t>(*port);
  return result;
}

Parsed<BrokerAddress> parse_broker_address(std::string_view text) {
  if (take_prefix(text, "amqp://")) return parse_amqp_url(text, false);
  if (take_prefix(text, "amqps://")) return parse_amqp_url(text, true);
  auto host = parse_host_port(text);
  if (!host) return std::unexpected("must be HOST, HOST:PORT (1 to 65535) or amqp[s]://user:pass@host:port/vhost");
  return BrokerAddress{.host = std::move(*host)};
}

Parsed<std::string> parse_database_url(std::string_view text) {
  const auto fault = fault_in_database_url(text);
  if (fault) return std::unexpected(fmt::format("{}, not {}", *fault, in_quotes(redacted_url(text))));
  return std::string{text};
}

}  // namespace pizza::config
