#pragma once

#include <cstddef>

namespace pizza::test {

/// What a process holds, from /proc. Throws if it is not there: core::Error or std::filesystem::filesystem_error.
struct ProcessFigures {
  std::size_t resident_kib = 0;
  std::size_t peak_kib = 0;  ///< the most that was resident since `forget_peak`
  std::size_t descriptors = 0;
  std::size_t threads = 0;
};
ProcessFigures figures_of(int pid);
/// The peak begins anew, with what is resident now.
void forget_peak(int pid);

/// Sanitizers keep what was freed, and shadow memory: no bound in bytes holds under them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsOurs = false;
#else
inline constexpr bool kMemoryIsOurs = true;
#endif

}  // namespace pizza::test
