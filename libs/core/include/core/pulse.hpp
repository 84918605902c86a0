#pragma once

#include <atomic>
#include <cstdint>

namespace pizza::core {

/// The sign of life of a loop: it beats whenever it comes round, at least once a second also when it has nothing to do,
/// and rests when that cannot be expected of it (not begun, ended, waiting for somebody else without limit). Whoever
/// watches sees whether there was a beat since the last look. Thread-safe; a beat costs nanoseconds.
class Pulse {
 public:
  void beat() noexcept {
    resting_.store(false, std::memory_order_relaxed);
    beats_.fetch_add(1, std::memory_order_relaxed);
  }
  void rest() noexcept { resting_.store(true, std::memory_order_relaxed); }

  bool resting() const noexcept { return resting_.load(std::memory_order_relaxed); }
  std::uint64_t beats() const noexcept { return beats_.load(std::memory_order_relaxed); }

  /// For loops that nobody watches.
  static Pulse& unwatched() {
    static Pulse pulse;
    return pulse;
  }

 private:
  std::atomic<bool> resting_{true};
  std::atomic<std::uint64_t> beats_{0};
};

/// The pulse rests when this ends, however the loop does.
class Resting {
 public:
  explicit Resting(Pulse& pulse) : pulse_(pulse) {}
  ~Resting() { pulse_.rest(); }
  Resting(const Resting&) = delete;
  Resting& operator=(const Resting&) = delete;

 private:
  Pulse& pulse_;
};

}  // namespace pizza::core
