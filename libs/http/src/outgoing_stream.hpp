#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "http/address.hpp"
#include "unique_fd.hpp"

struct ssl_st;

namespace pizza::http {

/// A step towards an answer failed; the message says which, without secrets.
class EgressError : public core::InfrastructureError {
 public:
  explicit EgressError(const std::string& what) : InfrastructureError(what, true) {}
};

/// Until when, and whether somebody wants it to end earlier.
struct Patience {
  core::Deadline deadline;
  std::stop_token stop;
};

/// A connection to one address, plain or with TLS. Every call ends within its Patience and throws EgressError on
/// failure. Not thread-safe.
class OutgoingStream {
 public:
  static OutgoingStream connect(const Address& address, const Patience& patience);

  /// From here on everything is encrypted; the peer has proved to be `host`.
  void start_tls(const std::string& host, const Patience& patience);
  void write(std::string_view bytes, const Patience& patience);
  /// At least one byte, or 0 at the end.
  std::size_t read(std::span<char> buffer, const Patience& patience);

 private:
  struct FreeSsl {
    void operator()(ssl_st* ssl) const noexcept;
  };

  explicit OutgoingStream(UniqueFd fd) : fd_(std::move(fd)) {}
  /// What to wait for after a TLS call that did not succeed; throws if waiting does not help.
  short events_after(int result, const char* doing) const;

  UniqueFd fd_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
};

}  // namespace pizza::http
