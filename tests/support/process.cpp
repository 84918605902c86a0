#include "support/process.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <future>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/timers.hpp"
#include "support/eventually.hpp"
#include "support/patience.hpp"

namespace pizza::test {
namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw core::Error("pipe2 failed");
    read_end = ends[0];
    write_end = ends[1];
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_of(const Process::Options& options) {
  auto variables = options.environment;
  for (const char* name : {"PATH", "HOME", "LANG", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) variables.emplace(name, value);
  }
  std::vector<std::string> result;
  result.reserve(variables.size());
  for (const auto& [name, value] : variables) result.push_back(std::string{name}.append("=").append(value));
  return result;
}

struct Launch {
  std::string executable;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::string directory;
};

// In the child, between fork and exec: system calls only.
[[noreturn]] void become(const Launch& launch, char* const* arguments, char* const* environment, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::signal(SIGPIPE, SIG_DFL) == SIG_ERR) ::_exit(127);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (in < 0) ::_exit(127);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (launch.directory.empty() || ::chdir(launch.directory.c_str()) == 0) {
    ::execvpe(launch.executable.c_str(), arguments, environment);
  }
  ::_exit(127);
}

pid_t launch_from_lasting_thread(Launch launch, int out, int err) {
  pid_t child = -1;
  on_starting_thread([&] {
    const auto arguments = pointers(launch.arguments);
    const auto environment = pointers(launch.environment);
    child = ::fork();
    if (child == 0) become(launch, arguments.data(), environment.data(), out, err);
  });
  return child;
}

}  // namespace

// The kernel ends the child with the *thread* that forked it, so one thread that lives as long as we do forks them all.
void on_starting_thread(const std::function<void()>& work) {
  static core::Timers starter;
  std::packaged_task<void()> task(work);
  auto done = task.get_future();
  starter.at(std::chrono::steady_clock::now(), [&] { task(); });
  done.get();
}

struct Process::State {
  pid_t pid = -1;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<OutputLine> lines;
  int open_streams = 2;
  std::optional<int> exit_code;
  std::thread out;
  std::thread err;

  void collect(int fd, bool on_stderr);
  void add(std::string text, bool on_stderr);
  bool reap();
};

void Process::State::add(std::string text, bool on_stderr) {
  const std::lock_guard lock(mutex);
  lines.push_back({std::move(text), on_stderr, std::chrono::steady_clock::now()});
  changed.notify_all();
}

void Process::State::collect(int fd, bool on_stderr) {
  std::string partial;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    partial.append(buffer.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (auto end = partial.find('\n'); end != std::string::npos; end = partial.find('\n', begin)) {
      add(partial.substr(begin, end - begin), on_stderr);
      begin = end + 1;
    }
    partial.erase(0, begin);
  }
  ::close(fd);
  if (!partial.empty()) add(std::move(partial), on_stderr);
  const std::lock_guard lock(mutex);
  --open_streams;
  changed.notify_all();
}

// Takes the exit status if there is one yet. Called with the lock, so that a pid is never signalled after it was
// reaped.
bool Process::State::reap() {
  int status = 0;
  if (!exit_code && ::waitpid(pid, &status, WNOHANG) == pid) {
    exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return exit_code.has_value();
}

Process::Process(const std::filesystem::path& executable, std::vector<std::string> arguments, const Options& options)
    : state_(std::make_unique<State>()) {
  const Pipe out;
  const Pipe err;
  arguments.insert(arguments.begin(), executable.filename().string());
  state_->pid = launch_from_lasting_thread(
      {executable.string(), std::move(arguments), environment_of(options), options.directory.string()}, out.write_end,
      err.write_end);
  ::close(out.write_end);
  ::close(err.write_end);
  if (state_->pid < 0) throw core::Error("fork failed");
  state_->out = std::thread([state = state_.get(), fd = out.read_end] { state->collect(fd, false); });
  state_->err = std::thread([state = state_.get(), fd = err.read_end] { state->collect(fd, true); });
}

Process::~Process() {
  signal(SIGKILL);
  signal(SIGCONT);
  eventually(core::after(std::chrono::seconds{10}), [this] { return !running(); });
  state_->out.join();
  state_->err.join();
}

int Process::pid() const { return state_->pid; }

bool Process::running() {
  const std::lock_guard lock(state_->mutex);
  return !state_->reap();
}

void Process::signal(int number) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->reap()) ::kill(state_->pid, number);
}

std::optional<int> Process::wait_exit(core::Deadline deadline) {
  const bool ended = eventually(deadline, [this] {
    const std::lock_guard lock(state_->mutex);
    return state_->reap() && state_->open_streams == 0;
  });
  return ended ? state_->exit_code : std::nullopt;
}

std::optional<int> Process::terminate(core::Deadline deadline) {
  signal(SIGTERM);
  return wait_exit(deadline);
}

std::optional<OutputLine> Process::wait_for_line(const LineTest& matches, core::Deadline deadline, std::size_t from) {
  deadline = patient(deadline);
  std::unique_lock lock(state_->mutex);
  std::optional<OutputLine> found;
  const auto look = [&] {
    for (; from < state_->lines.size(); ++from) {
      if (matches(state_->lines[from])) {
        found = state_->lines[from];
        return true;
      }
    }
    return state_->open_streams == 0;
  };
  state_->changed.wait_until(lock, deadline, look);
  return found;
}

std::optional<OutputLine> Process::wait_for_text(std::string_view piece, core::Deadline deadline, std::size_t from) {
  return wait_for_line([piece](const OutputLine& line) { return line.text.find(piece) != std::string::npos; }, deadline,
                       from);
}

std::size_t Process::line_count() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lines.size();
}

namespace {
std::vector<std::string> texts(const std::vector<OutputLine>& lines, bool on_stderr) {
  std::vector<std::string> result;
  for (const auto& line : lines) {
    if (line.on_stderr == on_stderr) result.push_back(line.text);
  }
  return result;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string result;
  for (const auto& line : lines) result += line + "\n";
  return result;
}
}  // namespace

std::vector<std::string> Process::stdout_lines() const {
  const std::lock_guard lock(state_->mutex);
  return texts(state_->lines, false);
}

std::vector<std::string> Process::stderr_lines() const {
  const std::lock_guard lock(state_->mutex);
  return texts(state_->lines, true);
}

std::string Process::output() const {
  const std::lock_guard lock(state_->mutex);
  std::string result;
  for (const auto& line : state_->lines) result += (line.on_stderr ? "err: " : "out: ") + line.text + "\n";
  return result;
}

Finished run(const std::filesystem::path& executable, const std::vector<std::string>& arguments,
             const Process::Options& options, std::chrono::milliseconds limit) {
  Process process(executable, arguments, options);
  Finished finished;
  finished.exit_code = process.wait_exit(core::after(limit));
  finished.out = joined(process.stdout_lines());
  finished.err = joined(process.stderr_lines());
  return finished;
}

}  // namespace pizza::test
