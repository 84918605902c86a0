#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace pizza::test {

/// A line that a process wrote, without its newline, and when it was read.
struct OutputLine {
  std::string text;
  bool on_stderr = false;
  std::chrono::steady_clock::time_point at;
};

/// A child process with its output collected in the background. The child sees only PATH, HOME, LANG, the sanitizers'
/// options and what `environment` says, so no PIZZA_* or DB_URL leaks in; standard input is empty. It is killed by the
/// destructor, and dies with this process too. Throws core::Error if it cannot be started. Thread-safe.
class Process {
 public:
  struct Options {
    std::map<std::string, std::string> environment;
    std::filesystem::path directory;  ///< working directory; empty: ours
  };

  Process(const std::filesystem::path& executable, std::vector<std::string> arguments, const Options& options);
  Process(const std::filesystem::path& executable, std::vector<std::string> arguments)
      : Process(executable, std::move(arguments), Options{}) {}
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int pid() const;
  bool running();
  /// Sends a signal; nothing happens if the process has ended.
  void signal(int number);
  /// The exit code once it has ended and all its output was read, 128 + signal if a signal ended it; nullopt if it
  /// still runs at the deadline.
  std::optional<int> wait_exit(core::Deadline deadline);
  /// SIGTERM, then `wait_exit`.
  std::optional<int> terminate(core::Deadline deadline);

  using LineTest = std::function<bool(const OutputLine&)>;
  /// The first line (of both streams) from number `from` on for which `matches` is true; nullopt if none came in time.
  std::optional<OutputLine> wait_for_line(const LineTest& matches, core::Deadline deadline, std::size_t from = 0);
  /// The same for a piece of text that the line contains.
  std::optional<OutputLine> wait_for_text(std::string_view piece, core::Deadline deadline, std::size_t from = 0);
  /// Lines so far: what to pass as `from` to look only at what comes later.
  std::size_t line_count() const;
  std::vector<std::string> stdout_lines() const;
  std::vector<std::string> stderr_lines() const;
  /// Everything so far, for the message of a failing test: `INFO(process.output())`.
  std::string output() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs `work` on the thread that starts all processes and waits for it: where that thread is (a namespace), they are.
/// Throws what it throws.
void on_starting_thread(const std::function<void()>& work);

/// A command that ran to its end.
struct Finished {
  std::optional<int> exit_code;  ///< nullopt: it was killed at the time limit
  std::string out;
  std::string err;
};
Finished run(const std::filesystem::path& executable, const std::vector<std::string>& arguments,
             const Process::Options& options = {}, std::chrono::milliseconds limit = std::chrono::seconds{60});

}  // namespace pizza::test
