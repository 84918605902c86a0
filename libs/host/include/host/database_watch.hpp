#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include "core/wakeup.hpp"
#include "logging/logger.hpp"
#include "persistence/connection.hpp"

namespace pizza::host {

/// Asks the database once a second whether it is there, on a thread and a session of its own: `/readyz` then waits
/// neither for a database that hangs nor for a session that customers use. Thread-safe.
class DatabaseWatch {
 public:
  DatabaseWatch(persistence::ConnectionOptions options, logging::Logger& log);
  ~DatabaseWatch();
  DatabaseWatch(const DatabaseWatch&) = delete;
  DatabaseWatch& operator=(const DatabaseWatch&) = delete;

  /// It answered when last asked, and that is not long ago.
  bool answers() const noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void watch();

  persistence::Session session_;
  core::Wakeup wakeup_;
  std::atomic<bool> ending_{false};
  std::atomic<Clock::rep> good_until_{0};
  std::thread thread_;
};

}  // namespace pizza::host
