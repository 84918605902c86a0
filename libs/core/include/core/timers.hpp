#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "core/pulse.hpp"

namespace pizza::core {

/// Runs short actions at given instants on one thread, so that ten thousand cooking orders need no thread each.
/// Thread-safe. Actions run in order of their instants, must not block and must not throw.
class Timers {
 public:
  using Action = std::move_only_function<void()>;

  explicit Timers(Pulse& pulse = Pulse::unwatched());
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// Runs `action` at `when` (at once if that has passed). Ignored after `stop`.
  void at(std::chrono::steady_clock::time_point when, Action action);
  std::size_t waiting() const;
  /// Forgets what waits and joins the thread. Idempotent.
  void stop();

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::steady_clock::time_point, Action> waiting_;
  bool stopping_ = false;
  Pulse& pulse_;
  std::thread thread_;
};

}  // namespace pizza::core
