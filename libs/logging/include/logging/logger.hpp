#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.hpp"

namespace pizza::logging {

enum class Level { debug, info, error };
/// `DEBUG`, `INFO`, `WARN` (means ERROR and above), `ERROR`; nullopt for anything else.
std::optional<Level> parse_level(std::string_view text);

/// One member of the `details` object. `path` may not nest.
struct Detail {
  std::string key;
  std::variant<std::int64_t, bool, std::string> value;
};

/// One line, before the fields that every line has (specification, Logging Format; CONTRACT §5).
struct Entry {
  std::string_view action;
  std::string message;
  std::string_view request_id;  ///< empty: the process's own `startup-…` id
  std::string_view order_number;
  std::string_view worker_name;  ///< empty: the logger's, if one is set
  std::optional<std::chrono::milliseconds> duration;
  std::vector<Detail> details;
};

struct Options {
  std::string service;
  Level level = Level::info;
  std::string file;                ///< empty: standard output
  bool on_standard_error = false;  ///< instead of standard output, which is somebody else's
  std::string worker_name;
};

/// Writes one JSON object per line. Thread-safe. A line is handed to one writing thread through a bounded buffer, so no
/// caller waits for a slow terminal; past 8 MiB lines are dropped and a line `log_lines_dropped` says how many.
/// Never throws; bad UTF-8 becomes U+FFFD.
class Logger {
 public:
  /// Throws core::UsageError if `file` cannot be opened.
  explicit Logger(Options options);
  /// Writes out all that waits; gives up after 5 s if nobody reads the output.
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  bool enabled(Level level) const noexcept;
  void debug(const Entry& entry) noexcept;
  void info(const Entry& entry) noexcept;
  /// `error.stack` is where a core::Error was thrown, else the caller's stack; symbolised here (rate-limited).
  void error(const Entry& entry, const std::exception& cause) noexcept;
  /// For a failure without an exception: `error.msg` is `cause`, `error.stack` is the caller's.
  void error(const Entry& entry, std::string_view cause) noexcept;
  /// An ERROR that is the client's fault (`validation_failed`): its stack is the one line that called this, which costs
  /// nothing.
  void refused(const Entry& entry, std::string_view cause,
               const std::source_location& where = std::source_location::current()) noexcept;

  /// A line that is not JSON, on standard output whatever `file` says: the notifier's human lines. Control characters
  /// become spaces.
  void print(std::string_view line) noexcept;

  /// How many lines of a level were asked for and not filtered out, since the start.
  std::uint64_t lines(Level level) const noexcept;
  /// How many lines of all were lost since nobody read the output fast enough.
  std::uint64_t dropped() const noexcept;

  /// Opens `file` again (SIGHUP after a rotation). If that fails the old one stays and an ERROR says so.
  void reopen() noexcept;
  /// Waits until everything logged before the call is written; false if after 5 s it is not, since nobody reads the
  /// output.
  bool flush() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pizza::logging
