#pragma once

#include <chrono>

namespace pizza::core {

/// Waiting times between attempts: doubling from `first` to `most`, each ±25 % at random so that many clients do not
/// come back in step. Not thread-safe; one per loop.
class Backoff {
 public:
  explicit Backoff(std::chrono::milliseconds first = std::chrono::milliseconds{100},
                   std::chrono::milliseconds most = std::chrono::seconds{5})
      : first_(first), most_(most), next_(first) {}

  /// The time to wait before the next attempt.
  std::chrono::milliseconds next();
  /// The last attempt succeeded: start small again.
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds most_;
  std::chrono::milliseconds next_;
};

}  // namespace pizza::core
