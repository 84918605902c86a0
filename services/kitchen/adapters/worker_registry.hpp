#pragma once

#include <chrono>
#include <string>
#include <vector>

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

/// The name is held by a live process, or there are as many workers as allowed.
class RegistrationRefused : public core::Error {
 public:
  using core::Error::Error;
};

/// This worker's row in `workers`. Not thread-safe. Everything throws persistence::SqlError.
class WorkerRegistry {
 public:
  /// `session` must outlive it.
  WorkerRegistry(persistence::Session& session, WorkerIdentity worker, Registration registration);

  /// Takes the name. Throws RegistrationRefused.
  void sign_on();
  /// Says that this worker lives. False: the name is somebody else's now.
  bool beat();
  /// Marks the worker offline, if the name is still its own.
  void sign_off();
  /// Orders that were cancelled under this worker about when it was last well, and that it may not have heard of.
  std::vector<std::string> missed_cancellations();

 private:
  persistence::Session& session_;
  const WorkerIdentity worker_;
  const Registration registration_;
};

}  // namespace pizza::kitchen
