#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include <unistd.h>

namespace pizza::logging {

/// The log's file, or standard output. Used by the writing thread only, but for `abandon`.
class Output {
 public:
  /// Throws core::UsageError if `file` cannot be opened; empty means standard output, or standard error.
  Output(std::string file, bool on_standard_error);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool is_standard_output() const noexcept { return fd_ == STDOUT_FILENO; }
  /// Writes everything, waiting as long as it takes; what nobody reads any more (EPIPE) or cannot be stored is lost.
  void write(std::string_view bytes) noexcept;
  /// The same, to standard output whatever the file is.
  void print(std::string_view bytes) noexcept;
  /// Opens the file anew; returns why not, or nothing.
  std::string reopen();

  /// Thread-safe: from now on nothing waits for a reader longer than a moment.
  void abandon() noexcept { abandoned_ = true; }

 private:
  void write(int fd, std::string_view bytes) noexcept;
  bool wait_writable(int fd) noexcept;
  /// No file: nothing to open or close.
  bool is_stream() const noexcept { return file_.empty(); }

  std::string file_;
  int fd_ = STDOUT_FILENO;
  std::atomic<bool> abandoned_{false};
};

}  // namespace pizza::logging
