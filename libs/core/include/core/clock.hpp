#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pizza::core {

/// Wall-clock instants, always UTC. Deadlines use `std::chrono::steady_clock`, never this.
using TimePoint = std::chrono::system_clock::time_point;
using Deadline = std::chrono::steady_clock::time_point;

/// `now + duration` on the steady clock.
inline Deadline after(std::chrono::nanoseconds duration) {
  return std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(duration);
}

/// Where the wall clock is read, so that a test can stand at midnight. Implementations are thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::system_clock::now(); }
};

/// `2024-12-16T10:32:00Z`: the form of HTTP bodies and messages.
std::string format_utc(TimePoint time);
/// `2024-12-16T10:32:00.123Z`: the form of log lines and SQL parameters (microseconds are kept where `digits` is 6).
std::string format_utc(TimePoint time, int digits);
/// Reads `YYYY-MM-DD[T ]HH:MM:SS[.fraction](Z|±HH[:MM]|)`; no zone means UTC. nullopt if it is anything else, or
/// not of the years 1678 to 2261, which is what a TimePoint can hold.
std::optional<TimePoint> parse_utc(std::string_view text);

}  // namespace pizza::core
