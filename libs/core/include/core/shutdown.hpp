#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace pizza::core {

/// One place that knows that this process should stop (CONTRACT §6). SIGTERM and SIGINT ask once; the second one ends
/// the process at once with 128 + signal. Every waiting loop of the process waits here instead of sleeping.
/// Thread-safe.
class Shutdown {
 public:
  /// Blocks SIGTERM, SIGINT and SIGHUP in this thread and so in all later ones, ignores SIGPIPE, and starts the one
  /// thread that takes them. Call first in `main`. `on_hangup` runs on that thread.
  Shutdown();
  ~Shutdown();
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  /// Called for every SIGHUP (reopen the log file), on the signal thread; must be quick. When this returns, an earlier
  /// action is not running and will not run again.
  void on_hangup(std::function<void()> action);

  /// A component asks the whole process to stop; the first exit code asked for stands.
  void request(int exit_code = 0);
  bool requested() const noexcept { return requested_.load(); }
  int exit_code() const noexcept { return exit_code_.load(); }

  /// Blocks until a stop is requested.
  void wait();
  /// The same, or until `enough`; true if a stop was requested.
  bool wait(const std::stop_token& enough);
  /// Sleeps for `duration` unless a stop is requested first; true if it was requested.
  bool wait_for(std::chrono::nanoseconds duration);

 private:
  void take_signals();

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::function<void()> on_hangup_;
  std::atomic<bool> requested_{false};
  std::atomic<int> exit_code_{0};
  std::atomic<bool> ending_{false};
  std::thread signals_;
};

}  // namespace pizza::core
