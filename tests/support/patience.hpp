#pragma once

#include <chrono>

#include "core/clock.hpp"

namespace pizza::test {

/// How many times longer than usual everything may take: sanitized programs are slower. The one place for it; where a
/// test says that something takes less than a time, `patient` makes that true for them as well.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kSlowness = 4;
#else
inline constexpr int kSlowness = 1;
#endif

template <class Rep, class Period>
constexpr auto patient(std::chrono::duration<Rep, Period> limit) {
  return limit * kSlowness;
}

/// The same for what is left until `deadline`.
inline core::Deadline patient(core::Deadline deadline) {
  const auto now = std::chrono::steady_clock::now();
  return deadline > now ? now + patient(deadline - now) : deadline;
}

}  // namespace pizza::test
