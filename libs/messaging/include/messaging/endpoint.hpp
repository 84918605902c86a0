#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace pizza::messaging {

struct Host {
  std::string name;
  std::uint16_t port = 5672;
};

/// How to reach the broker. Plain data.
struct Endpoint {
  std::vector<Host> hosts;  ///< tried in turn
  std::string vhost = "/";
  std::string user;
  std::string password;
  bool tls = false;
  std::string ca_file;
  std::string connection_name;  ///< shown by the broker: `kitchen-worker chef_anna consumer`
  std::chrono::seconds heartbeat{10};
  std::chrono::milliseconds connect_timeout{5000};
};

/// Waits before the next attempt to connect; true: give up. Empty: it just waits.
using Pause = std::function<bool(std::chrono::milliseconds)>;

/// The broker cannot be reached, or the connection or channel to it ended. The message carries the reply code and text
/// and never the password.
class BrokerError : public core::InfrastructureError {
 public:
  BrokerError(const std::string& what, int reply_code, bool connection_finished)
      : InfrastructureError(what, connection_finished), reply_code_(reply_code) {}
  /// AMQP reply code, or 0 when the network failed.
  int reply_code() const noexcept { return reply_code_; }

 private:
  int reply_code_;
};

/// A queue or exchange exists with other arguments (406) or may not be declared (403): trying again will not help.
/// The message names the queue or exchange and the argument.
class TopologyError : public core::Error {
 public:
  using core::Error::Error;
};

}  // namespace pizza::messaging
