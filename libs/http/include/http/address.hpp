#pragma once

#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "core/clock.hpp"

namespace pizza::http {

/// An internet address with its port, as `connect` takes it. A value.
class Address {
 public:
  Address(const sockaddr* address, socklen_t size);

  /// Whether anybody on the Internet means the same machine by it: not loopback, private, link-local, shared (CGNAT),
  /// multicast, unspecified or reserved, nor an IPv6 address that stands for such an IPv4 one.
  bool is_public() const;
  /// `192.0.2.1`, `2001:db8::1`.
  std::string text() const;
  int family() const { return storage_.ss_family; }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// The addresses of `host` (a name, or an address in any form that the system's resolver takes) for TCP, at least one;
/// or why there are none. Never waits past `deadline`, nor once `stop` is requested; the lookup itself may go on for as
/// long as the resolver takes, and touches nothing of the caller's. Thread-safe.
std::expected<std::vector<Address>, std::string> resolve(const std::string& host, std::uint16_t port,
                                                         core::Deadline deadline, const std::stop_token& stop = {});

}  // namespace pizza::http
