#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>

namespace pizza::core {

/// The call stack as raw program counters: cheap to take, symbolised only when an ERROR line is written (logging).
class Stack {
 public:
  /// The stack of the caller, innermost first.
  static Stack here() noexcept;
  std::span<void* const> frames() const noexcept { return {frames_.data(), size_}; }

 private:
  static constexpr std::size_t kMaxFrames = 24;
  std::array<void*, kMaxFrames> frames_{};
  std::size_t size_ = 0;
};

/// Base of every exception of ours; remembers where it was thrown. Business refusals are values, never this.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what) : std::runtime_error(what), stack_(Stack::here()) {}
  const Stack& stack() const noexcept { return stack_; }

 private:
  Stack stack_;
};

/// The environment failed (database, broker, network): worth another try later, not a fault of the request.
class InfrastructureError : public Error {
 public:
  /// `connection_finished`: the connection it happened on is of no further use and must be replaced.
  InfrastructureError(const std::string& what, bool connection_finished)
      : Error(what), connection_finished_(connection_finished) {}
  bool connection_finished() const noexcept { return connection_finished_; }

 private:
  bool connection_finished_;
};

/// The user asked for something that cannot be done as asked (flag, file, environment): exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace pizza::core
