#include "logging/logger.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <source_location>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <pthread.h>

#include "backlog.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "line.hpp"
#include "output.hpp"
#include "symbols.hpp"

namespace pizza::logging {
namespace {

/// How long flushing waits for whoever reads the output.
constexpr std::chrono::seconds kFlushPatience{5};
constexpr std::size_t kWriteAtOnce = std::size_t{256} * 1024;

std::string startup_id() { return "startup-" + core::random_request_id().substr(0, 8); }

}  // namespace

std::optional<Level> parse_level(std::string_view text) {
  if (text == "DEBUG") return Level::debug;
  if (text == "INFO") return Level::info;
  if (text == "WARN" || text == "ERROR") return Level::error;
  return std::nullopt;
}

/// The writing thread and what it works on.
struct Logger::State {
  explicit State(Options options)
      : level(options.level),
        identity{.service = std::move(options.service),
                 .hostname = core::hostname(),
                 .request_id = startup_id(),
                 .worker_name = std::move(options.worker_name)},
        output(std::move(options.file), options.on_standard_error) {
    start();
  }
  ~State() {
    if (!backlog.wait_written(kFlushPatience)) output.abandon();
    backlog.close();
    thread.join();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// The thread takes no signals: they are for the thread that waits for them, and SIGPIPE becomes EPIPE.
  void start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  /// Calls `make` for an item and hands it to the writing thread; out of memory means one dropped line.
  template <class Make>
  void push(Make make) noexcept {
    try {
      backlog.push(make());
    } catch (...) {
      backlog.count_dropped();
    }
  }

  void count(Level of) noexcept { lines[static_cast<std::size_t>(of)].fetch_add(1, std::memory_order_relaxed); }

  void push_failure(const Entry& entry, std::string_view cause, const core::Stack& stack) noexcept {
    count(Level::error);
    push([&] {
      return Item{.kind = Item::Kind::failure, .text = begin_failure(identity, entry, cause), .stack = stack};
    });
  }

  void run() noexcept {
    Backlog::Batch batch;
    for (;;) {
      batch = backlog.take(std::move(batch));
      if (batch.finished) return;
      try {
        write(batch);
      } catch (...) {
        backlog.count_dropped();
      }
    }
  }

  void write(Backlog::Batch& batch) {
    for (auto& item : batch.items) write(item);
    if (batch.dropped > 0) append(dropped_line(batch.dropped), false);
    write_out();
  }

  void write(Item& item) {
    switch (item.kind) {
      case Item::Kind::failure:
        finish_failure(item.text, symbols.describe(item.stack.frames()));
        [[fallthrough]];
      case Item::Kind::line:
        append(item.text, output.is_standard_output());
        break;
      case Item::Kind::print:
        append(item.text, true);
        break;
      case Item::Kind::reopen:
        reopen();
        break;
    }
  }

  /// Gathers neighbouring lines for the same place into one write.
  void append(std::string_view line, bool to_standard_output) {
    if (pending_to_stdout != to_standard_output || pending.size() > kWriteAtOnce) write_out();
    pending_to_stdout = to_standard_output;
    pending.append(line).push_back('\n');
  }

  void write_out() {
    if (pending_to_stdout) {
      output.print(pending);
    } else {
      output.write(pending);
    }
    pending.clear();
  }

  void reopen() {
    write_out();
    const auto reason = output.reopen();
    if (reason.empty()) return;
    count(Level::error);
    auto line = begin_failure(identity, {.action = "log_reopen_failed", .message = "Still writing to the old log file"},
                              reason);
    finish_failure(line, "logging::Logger::reopen");
    append(line, output.is_standard_output());
  }

  std::string dropped_line(std::uint64_t lost) {
    count(Level::error);
    auto line = begin_failure(identity,
                              {.action = "log_lines_dropped",
                               .message = fmt::format("{} log lines were dropped", lost),
                               .details = {{"lines", static_cast<std::int64_t>(lost)}}},
                              "the log is written more slowly than it grows");
    finish_failure(line, "logging::Backlog::push");
    return line;
  }

  const Level level;
  std::array<std::atomic<std::uint64_t>, 3> lines{};  // by level
  const Identity identity;
  Output output;
  Backlog backlog;
  Symbols symbols;
  std::string pending;
  bool pending_to_stdout = false;
  std::thread thread;
};

Logger::Logger(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Logger::~Logger() = default;

bool Logger::enabled(Level level) const noexcept { return level >= state_->level; }

void Logger::debug(const Entry& entry) noexcept {
  if (!enabled(Level::debug)) return;
  state_->count(Level::debug);
  state_->push([&] { return Item{.text = format_line(state_->identity, Level::debug, entry)}; });
}

void Logger::info(const Entry& entry) noexcept {
  if (!enabled(Level::info)) return;
  state_->count(Level::info);
  state_->push([&] { return Item{.text = format_line(state_->identity, Level::info, entry)}; });
}

void Logger::error(const Entry& entry, const std::exception& cause) noexcept {
  const auto* ours = dynamic_cast<const core::Error*>(&cause);
  state_->push_failure(entry, cause.what(), ours != nullptr ? ours->stack() : core::Stack::here());
}

void Logger::error(const Entry& entry, std::string_view cause) noexcept {
  state_->push_failure(entry, cause, core::Stack::here());
}

void Logger::refused(const Entry& entry, std::string_view cause, const std::source_location& where) noexcept {
  state_->count(Level::error);
  state_->push([&] {
    auto line = begin_failure(state_->identity, entry, cause);
    finish_failure(line,
                   fmt::format("{} ({}:{})", where.function_name(), repository_path(where.file_name()), where.line()));
    return Item{.text = std::move(line)};
  });
}

void Logger::print(std::string_view line) noexcept {
  state_->push([&] {
    Item item{.kind = Item::Kind::print, .text = std::string{line}};
    // One call, one line: a line end in a customer's name must not start a line that looks like another.
    std::ranges::replace_if(item.text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return item;
  });
}

std::uint64_t Logger::lines(Level level) const noexcept {
  return state_->lines[static_cast<std::size_t>(level)].load(std::memory_order_relaxed);
}

std::uint64_t Logger::dropped() const noexcept { return state_->backlog.dropped_in_all(); }

void Logger::reopen() noexcept {
  state_->push([] { return Item{.kind = Item::Kind::reopen}; });
}

bool Logger::flush() noexcept { return state_->backlog.wait_written(kFlushPatience); }

}  // namespace pizza::logging
