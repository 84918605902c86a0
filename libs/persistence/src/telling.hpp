#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "persistence/observer.hpp"

namespace pizza::persistence {

/// libpq's messages have line breaks and tabs; each run of blanks becomes one.
std::string one_line(std::string_view message);

/// What is thrown is told first.
SqlError told(const Observer& observer, SqlError error);

/// Tells, at its end, how long ago `start` was.
class Stopwatch {
 public:
  Stopwatch(const Observer::Took& took, std::chrono::steady_clock::time_point start) : took_(took), start_(start) {}
  ~Stopwatch() {
    if (took_) took_(std::chrono::steady_clock::now() - start_);
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  const Observer::Took& took_;
  const std::chrono::steady_clock::time_point start_;
};

}  // namespace pizza::persistence
