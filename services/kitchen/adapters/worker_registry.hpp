#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "kitchen/adapters/worker_identity.hpp"
#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// What a worker tells of itself when it registers.
struct Registration {
  std::string station = "cook";
  std::vector<std::string> order_types;  ///< empty: all
  std::chrono::seconds heartbeat_interval{30};
  int prefetch = 1;
  std::chrono::milliseconds cooking_time{10'000};
  int max_active_workers = 0;  ///< 0: no limit
};

/// How long a statement beside the heartbeats may take: never so long that the worker looks dead.
std::chrono::milliseconds patience(const Registration& registration);

/// The name is held by a live process, or there are as many workers as allowed.
class RegistrationRefused : public core::Error {
 public:
  using core::Error::Error;
};

/// This worker's row in `workers`. Not thread-safe. Times are the database's. Everything throws persistence::SqlError.
class WorkerRegistry {
 public:
  /// `session` must outlive it.
  WorkerRegistry(persistence::Session& session, WorkerIdentity worker, Registration registration);

  /// Takes the name, and says when. Throws RegistrationRefused.
  core::TimePoint sign_on();
  /// Says that this worker lives, and when. nullopt: the name is somebody else's now.
  std::optional<core::TimePoint> beat();
  /// Marks the worker offline, if the name is still its own.
  void sign_off();
  /// Orders that were cancelled under this worker since a minute before `since`, within its patience.
  std::vector<std::string> missed_cancellations(core::TimePoint since);
  /// Whether this order is cancelled, within its patience too.
  bool was_cancelled(const std::string& order_number);

 private:
  persistence::Session& session_;
  const WorkerIdentity worker_;
  const Registration registration_;
};

}  // namespace pizza::kitchen
