#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "notifier/app/outward_message.hpp"
#include "notifier/app/retry_rule.hpp"

namespace pizza::notifier {

/// Somewhere outside that is told of status updates. Called from several threads at once; must not throw.
class Endpoint {
 public:
  Endpoint() = default;
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  virtual ~Endpoint() = default;

  /// One attempt, bounded in time, and ended early by `stop`.
  virtual Attempt post(const OutwardMessage& message, const std::stop_token& stop) = 0;
};

/// How a delivery to one endpoint ended.
enum class Ending {
  delivered,
  failed,       ///< tried often enough, or not worth another attempt
  handed_back,  ///< the process stops before it was done
};

/// What a lane tells of its deliveries; on any thread, must not block or throw.
class LaneListener {
 public:
  LaneListener() = default;
  LaneListener(const LaneListener&) = delete;
  LaneListener& operator=(const LaneListener&) = delete;
  virtual ~LaneListener() = default;

  virtual void retried(const OutwardMessage& message, const Attempt& attempt, int attempts,
                       std::chrono::milliseconds delay) = 0;
  /// Exactly once for each message submitted.
  virtual void ended(const SharedMessage& message, Ending ending, const Attempt& last, int attempts) = 0;
};

/// The deliveries to one endpoint: a bounded number waits, few threads work, and waiting for the next attempt takes
/// none of them. An endpoint that is dead fills its own lane only; what then still comes fails at once. Thread-safe.
class Lane {
 public:
  struct Options {
    RetryRule rule;
    std::size_t threads = 4;
    std::size_t capacity = 1'000;  ///< deliveries that wait, for a thread or for their next attempt
    /// What did not get through after so long has failed, so that the broker does not take it for forgotten (30 min).
    std::chrono::milliseconds patience = std::chrono::minutes{15};
  };

  Lane(Options options, Endpoint& endpoint, LaneListener& listener);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Never blocks.
  void submit(SharedMessage message);
  /// Begins no further attempt and hands back what waits. Returns at once.
  void begin_stop();
  /// `begin_stop`, then waits for the attempts that run, and at `deadline` breaks them off. Idempotent.
  void stop(core::Deadline deadline);

 private:
  struct Job {
    SharedMessage message;
    core::Deadline give_up;
    int attempts = 0;
    Attempt last;
  };
  using Queue = std::multimap<core::Deadline, Job>;  ///< by the instant of the next attempt

  void run();
  void attempt(Job job);
  /// False if the lane is full or stops.
  bool enqueue(core::Deadline when, Job& job, bool is_new);

  const Options options_;
  Endpoint& endpoint_;
  LaneListener& listener_;
  std::stop_source breaking_off_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Queue waiting_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pizza::notifier
