#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace pizza::fuzz {

/// What must hold for any input. libFuzzer keeps the input of a process that aborts.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// The input as text; what libFuzzer gives may be null when it is empty.
inline std::string_view text_of(const unsigned char* data, std::size_t size) {
  return size == 0 ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(data), size};
}

}  // namespace pizza::fuzz
