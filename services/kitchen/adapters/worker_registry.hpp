#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "kitchen/adapters/worker_identity.hpp"
#include "logging/logger.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// What a worker tells of itself when it registers.
struct Registration {
  std::vector<std::string> order_types;  ///< empty: all
  std::chrono::seconds heartbeat_interval{30};
  int prefetch = 1;
  std::chrono::milliseconds cooking_time{10'000};
  int max_active_workers = 0;  ///< 0: no limit
};

/// The name is held by a live process, or there are as many workers as allowed.
class RegistrationRefused : public core::Error {
 public:
  using core::Error::Error;
};

/// This worker's row in `workers`: registered, kept alive by a thread and session of its own, signed off at the end.
class WorkerRegistry {
 public:
  WorkerRegistry(persistence::ConnectionOptions database, WorkerIdentity worker, Registration registration,
                 logging::Logger& log);
  /// Stops the heartbeat.
  ~WorkerRegistry();
  WorkerRegistry(const WorkerRegistry&) = delete;
  WorkerRegistry& operator=(const WorkerRegistry&) = delete;

  /// Takes the name. Throws RegistrationRefused, persistence::SqlError.
  void sign_on();
  /// Starts the heartbeats; `on_taken_over` is called at most once, when one finds that the name is somebody else's.
  void keep_alive(std::function<void()> on_taken_over);
  /// The last heartbeat was written. Thread-safe.
  bool healthy() const noexcept { return healthy_; }
  /// Stops the heartbeats and marks the worker offline, if the name is still its own. Throws persistence::SqlError.
  void sign_off();

 private:
  void beat(const std::function<void()>& on_taken_over);
  void stop_beating();

  persistence::Session session_;
  WorkerIdentity worker_;
  Registration registration_;
  logging::Logger& log_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::atomic<bool> healthy_{true};
  std::thread thread_;
};

}  // namespace pizza::kitchen
