#include "logging/logger.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <sstream>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "core/error.hpp"
#include "log_file.hpp"

using namespace pizza;
using test::member;

namespace {

/// Standard output is another descriptor for a while.
class StandardOutput {
 public:
  explicit StandardOutput(int fd) : saved_(dup(STDOUT_FILENO)) {
    static_cast<void>(std::fflush(stdout));
    dup2(fd, STDOUT_FILENO);
  }
  ~StandardOutput() {
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
  }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

 private:
  int saved_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    reader = ends[0];
    writer = ends[1];
  }
  ~Pipe() {
    close_reader();
    close(writer);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_reader() {
    if (reader >= 0) close(std::exchange(reader, -1));
  }
  /// All that comes until every writer is closed.
  std::string drain() const {
    std::string all;
    std::array<char, 65536> buffer{};
    for (ssize_t size = 0; (size = read(reader, buffer.data(), buffer.size())) > 0;) {
      all.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  int reader = -1;
  int writer = -1;
};

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

}  // namespace

TEST_CASE("lines of one thread stay in order and none is torn while eight threads log") {
  const test::Folder folder;
  constexpr int kThreads = 8;
  constexpr int kLines = 2000;
  {
    logging::Logger log({.service = "s", .file = folder.file("log")});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < kLines; ++i) log.info({.action = "a", .message = "m", .details = {{"t", t}, {"i", i}}});
      });
    }
    for (auto& thread : threads) thread.join();
  }
  std::vector<int> next(kThreads, 0);
  const auto all = test::lines(folder.file("log"));
  CHECK(all.size() == kThreads * kLines);
  bool in_order = true;
  for (const auto& line : all) {
    const auto thread = static_cast<std::size_t>(std::stoi(member(line, "details", "t")));
    in_order = in_order && std::stoi(member(line, "details", "i")) == next[thread]++;
  }
  CHECK(in_order);
}

TEST_CASE("after flush everything logged before is in the file") {
  const test::Folder folder;
  logging::Logger log({.service = "s", .file = folder.file("log")});
  for (std::size_t i = 1; i <= 100; ++i) {
    log.info({.action = "a", .message = "m"});
    log.flush();
    REQUIRE(test::lines(folder.file("log")).size() == i);
  }
}

TEST_CASE("flush waits for lines that came while others were being written") {
  Pipe pipe;
  const int capacity = fcntl(pipe.writer, F_GETPIPE_SZ);
  const std::string filler(1000, 'x');
  std::atomic<std::size_t> read_so_far{0};
  std::size_t unread_at_return = 0;
  std::size_t total = 0;
  {
    const StandardOutput redirected(pipe.writer);
    logging::Logger log({.service = "s"});
    for (int i = 0; i < 100; ++i) log.print(filler);
    pollfd room{.fd = pipe.writer, .events = POLLOUT, .revents = 0};
    while (poll(&room, 1, 0) > 0) std::this_thread::yield();  // until it is stuck
    for (int i = 0; i < 300; ++i) log.print(filler);
    total = 400 * (filler.size() + 1);
    std::thread reader([&] {
      std::array<char, 512> buffer{};
      while (read_so_far < total)
        read_so_far += static_cast<std::size_t>(read(pipe.reader, buffer.data(), buffer.size()));
    });
    log.flush();
    unread_at_return = total - read_so_far;
    reader.join();
  }
  CHECK(unread_at_return <= static_cast<std::size_t>(capacity));
}

TEST_CASE("human lines and JSON lines come out of standard output in the order of the calls") {
  Pipe pipe;
  {
    const StandardOutput redirected(pipe.writer);
    logging::Logger log({.service = "s"});
    log.info({.action = "one", .message = "m"});
    log.print("Notification\nfor \x1b[31morder");
    log.error({.action = "two", .message = "m"}, "cause");
    log.print("last");
  }
  close(std::exchange(pipe.writer, -1));
  const auto all = split_lines(pipe.drain());
  REQUIRE(all.size() == 4);
  CHECK(member(all[0], "action") == "one");
  CHECK(all[1] == "Notification for  [31morder");
  CHECK(member(all[2], "action") == "two");
  CHECK(all[3] == "last");
}

TEST_CASE("with a log file human lines still go to standard output") {
  const test::Folder folder;
  Pipe pipe;
  {
    const StandardOutput redirected(pipe.writer);
    logging::Logger log({.service = "s", .file = folder.file("log")});
    log.info({.action = "one", .message = "m"});
    log.print("human");
    log.info({.action = "two", .message = "m"});
  }
  close(std::exchange(pipe.writer, -1));
  CHECK(pipe.drain() == "human\n");
  CHECK(test::lines(folder.file("log")).size() == 2);
}

TEST_CASE("a reader that has gone away costs lines, not the process") {
  Pipe pipe;
  pipe.close_reader();
  const StandardOutput redirected(pipe.writer);
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  {
    logging::Logger log({.service = "s"});
    log.info({.action = "a", .message = "m"});
    log.flush();
  }
  static_cast<void>(std::signal(SIGPIPE, before));
  SUCCEED("still alive");
}

TEST_CASE("a reader that stalls blocks no caller; what did not fit is counted in one line") {
  Pipe pipe;
  std::vector<std::string> all;
  std::uint64_t dropped = 0;
  constexpr std::size_t kCalls = 40'000;  // of about 1.2 KB: well past 8 MiB
  {
    const StandardOutput redirected(pipe.writer);
    logging::Logger log({.service = "s"});
    const std::string filler(1000, 'x');
    for (std::size_t i = 0; i < kCalls; ++i) log.info({.action = "a", .message = filler});  // nobody reads yet
    std::thread reader([&] {
      std::array<char, 65536> buffer{};
      std::string text;
      pollfd waiting{.fd = pipe.reader, .events = POLLIN, .revents = 0};
      while (poll(&waiting, 1, 2000) > 0) {  // until nothing more comes
        const auto size = read(pipe.reader, buffer.data(), buffer.size());
        if (size <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(size));
      }
      all = split_lines(text);
    });
    log.flush();
    reader.join();
    dropped = log.dropped();
  }
  const auto is_report = [](const std::string& line) { return member(line, "action") == "log_lines_dropped"; };
  CHECK(std::ranges::count_if(all, is_report) == 1);
  const auto report = std::ranges::find_if(all, is_report);
  REQUIRE(report != all.end());
  CHECK(member(*report, "level") == "ERROR");
  CHECK(all.size() - 1 + std::stoul(member(*report, "details", "lines")) == kCalls);
  CHECK(all.size() * 1000 < 24 * 1024 * 1024);
  CHECK(std::to_string(dropped) == member(*report, "details", "lines"));
}

TEST_CASE("the lines of each level are counted, and those below the log's own are not") {
  const test::Folder folder;
  logging::Logger log({.service = "s", .file = folder.file("log")});
  using logging::Level;
  log.debug({.action = "a", .message = "m"});
  log.info({.action = "a", .message = "m"});
  log.error({.action = "a", .message = "m"}, "cause");
  log.error({.action = "a", .message = "m"}, std::runtime_error("cause"));
  log.refused({.action = "a", .message = "m"}, "cause");
  CHECK(log.lines(Level::debug) == 0);
  CHECK(log.lines(Level::info) == 1);
  CHECK(log.lines(Level::error) == 3);
  CHECK(log.dropped() == 0);
}

TEST_CASE("destruction gives up on a reader that has stalled") {
  Pipe pipe;
  const StandardOutput redirected(pipe.writer);
  const auto start = std::chrono::steady_clock::now();
  {
    logging::Logger log({.service = "s"});
    const std::string filler(1000, 'x');
    for (int i = 0; i < 1000; ++i) log.info({.action = "a", .message = filler});
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{20});
}

TEST_CASE("reopen follows a rotation: earlier lines in the old file, later ones in the new") {
  const test::Folder folder;
  logging::Logger log({.service = "s", .file = folder.file("log")});
  log.info({.action = "before", .message = "m"});
  log.flush();
  std::filesystem::rename(folder.file("log"), folder.file("log.1"));
  log.info({.action = "between", .message = "m"});
  log.reopen();
  log.info({.action = "after", .message = "m"});
  log.flush();
  REQUIRE(test::lines(folder.file("log.1")).size() == 2);
  REQUIRE(test::lines(folder.file("log")).size() == 1);
  CHECK(member(test::lines(folder.file("log"))[0], "action") == "after");
}

TEST_CASE("a reopen that fails keeps the old file and says so") {
  const test::Folder folder;
  std::filesystem::create_directory(folder.file("logs"));
  logging::Logger log({.service = "s", .file = folder.file("logs/log")});
  std::filesystem::rename(folder.file("logs"), folder.file("moved"));
  log.reopen();
  log.info({.action = "after", .message = "m"});
  log.flush();
  const auto all = test::lines(folder.file("moved/log"));
  REQUIRE(all.size() == 2);
  CHECK(member(all[0], "action") == "log_reopen_failed");
  CHECK(member(all[0], "error", "msg") == "No such file or directory");
  CHECK(member(all[1], "action") == "after");
}

TEST_CASE("a log file that cannot be opened is a usage error that names it") {
  CHECK_THROWS_WITH(logging::Logger({.service = "s", .file = "/nonexistent/log"}),
                    "cannot open the log file /nonexistent/log: No such file or directory");
  CHECK_THROWS_AS(logging::Logger({.service = "s", .file = "/nonexistent/log"}), core::UsageError);
}

TEST_CASE("a log file is appended to and not readable by everyone") {
  const test::Folder folder;
  for (int i = 0; i < 2; ++i) logging::Logger({.service = "s", .file = folder.file("log")}).info({.action = "a"});
  CHECK(test::lines(folder.file("log")).size() == 2);
  const auto mode = std::filesystem::status(folder.file("log")).permissions();
  CHECK((mode & std::filesystem::perms::others_all) == std::filesystem::perms::none);
}
