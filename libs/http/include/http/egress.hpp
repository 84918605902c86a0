#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace pizza::http {

/// Where a request to somebody else's server goes.
struct EgressOptions {
  bool tls = true;
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 443;
  std::string target = "/";
  bool allow_private = false;               ///< whether it may be in a network that is not public
  std::chrono::milliseconds timeout{5000};  ///< of a whole request, from the lookup of the name to the answer
};

struct EgressAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; the first of a doubled name
};

/// Posts to a server that is not ours and whose name may lead anywhere. Each request resolves the name, refuses
/// addresses that are not public (`Address::is_public`) unless told otherwise, and connects to the very address that
/// was checked, so that a name that changes its meaning meanwhile (DNS rebinding) leads nowhere else. TLS 1.2 or newer,
/// with certificate and name checked against the system's authorities. Redirects are answers and not followed. Of an
/// answer at most ten interim heads, 16 KiB of heads in all and 64 KiB of body are read. Thread-safe; each request has
/// a connection of its own.
class Egress {
 public:
  explicit Egress(EgressOptions options) : options_(std::move(options)) {}

  using Headers = std::vector<std::pair<std::string, std::string>>;
  /// The error says why no answer came, in words for a log. `stop` ends it early. Header values must be free of control
  /// characters.
  std::expected<EgressAnswer, std::string> post(const std::string& body, const Headers& headers,
                                                const std::stop_token& stop) const;

 private:
  EgressOptions options_;
};

}  // namespace pizza::http
