#pragma once

#include <chrono>

namespace pizza::core {

/// Lets other threads interrupt a thread that waits on a socket (an eventfd).
class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Thread-safe; a wake-up that nobody waits for yet is kept.
  void wake() const noexcept;
  /// Waits until `socket` is readable, `wake` was called, or `timeout` passed. -1: no socket.
  void wait(int socket, std::chrono::milliseconds timeout) const noexcept;

 private:
  int fd_;
};

}  // namespace pizza::core
