#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pizza::host {

/// The datagram socket on which systemd wants to hear of a service with `Type=notify` (sd_notify(3)).
class NotifySocket {
 public:
  /// As NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say, which are taken out of the environment: children are not
  /// meant. Call before there are threads.
  static NotifySocket from_environment();

  NotifySocket(NotifySocket&& other) noexcept;
  NotifySocket& operator=(NotifySocket&&) = delete;
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket();

  bool open() const { return fd_ >= 0; }
  /// How long systemd waits for a `WATCHDOG=1` before it ends the service; nullopt: it does not.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }
  /// Assignments, one a line: `READY=1\nSTATUS=…`. False if it did not arrive; waits a second at most.
  bool send(std::string_view message) const;

 private:
  NotifySocket() = default;

  std::string address_;  ///< as the kernel wants it: an abstract one begins with NUL
  int fd_ = -1;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace pizza::host
