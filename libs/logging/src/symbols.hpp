#pragma once

#include <chrono>
#include <span>
#include <string>

namespace pizza::logging {

/// Turns program counters into text. Not thread-safe; the writing thread owns it, because the first call reads the
/// executable's debug information (about 80 ms).
class Symbols {
 public:
  /// `function (file:line)` per line, innermost first, from our code outwards. Past ten calls within a second it is
  /// `addresses()` instead, so that a storm of errors does not turn into a storm of lookups.
  std::string describe(std::span<void* const> frames);

  /// All frames on one line as `binary+0xoffset`, for addr2line.
  static std::string addresses(std::span<void* const> frames);

 private:
  bool affordable();

  std::chrono::steady_clock::time_point window_start_;
  int calls_in_window_ = 0;
};

/// The part of a source path that the repository knows: from `libs/`, `services/` or `tests/` on, else the base name.
std::string_view repository_path(std::string_view path);

}  // namespace pizza::logging
