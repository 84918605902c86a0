#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/pulse.hpp"

namespace pizza::host {

/// Judges which parts of the process are stuck: a part that neither rests nor beats for as many ticks as it is given.
/// Time is counted by ticks, one a second, and not read from a clock: a process that was stopped (SIGSTOP, a suspended
/// machine) did not tick either, and is not taken for stuck when it goes on. Thread-safe.
class Vitals {
 public:
  static constexpr std::chrono::seconds kTick{1};

  /// Several pulses may have one name: the part is stuck if one of them is. The pulse lives as long as this.
  core::Pulse& part(std::string name, std::chrono::seconds limit);
  void tick();

  struct Part {
    std::string name;
    bool stuck = false;
  };
  /// Each name once, in the order in which they came.
  std::vector<Part> parts() const;

 private:
  struct Watched {
    std::string name;
    std::chrono::seconds limit;
    core::Pulse pulse;
    std::uint64_t seen = 0;
    std::chrono::seconds still{0};  ///< how long without a beat
    bool stuck() const { return still >= limit; }
  };

  mutable std::mutex mutex_;
  std::deque<Watched> watched_;  ///< which moves nothing
};

/// The names of the parts that are stuck, `consumer, relay`; empty if all is well.
std::string stuck_parts(const Vitals& vitals);

}  // namespace pizza::host
