#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pizza::logging {
namespace {

constexpr int kPatienceMs = 100;

int open_log(const std::string& file) { return ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640); }

/// A pipe that poll calls writable takes this much without blocking (PIPE_BUF); a regular file takes anything.
std::size_t most_at_once(int fd) {
  struct stat about{};
  const bool regular = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
  return regular ? std::string_view::npos : 4096;
}

}  // namespace

Output::Output(std::string file, bool on_standard_error)
    : file_(std::move(file)), fd_(on_standard_error ? STDERR_FILENO : STDOUT_FILENO) {
  if (is_stream()) return;
  fd_ = open_log(file_);
  if (fd_ < 0) {
    throw core::UsageError("cannot open the log file " + file_ + ": " + std::generic_category().message(errno));
  }
}

Output::~Output() {
  if (!is_stream()) ::close(fd_);
}

std::string Output::reopen() {
  if (is_stream()) return {};
  const int fresh = open_log(file_);
  if (fresh < 0) return std::generic_category().message(errno);
  ::close(std::exchange(fd_, fresh));
  return {};
}

void Output::write(std::string_view bytes) noexcept { write(fd_, bytes); }
void Output::print(std::string_view bytes) noexcept { write(STDOUT_FILENO, bytes); }

void Output::write(int fd, std::string_view bytes) noexcept {
  const auto step = most_at_once(fd);
  while (!bytes.empty()) {
    if (!wait_writable(fd)) return;
    const auto written = ::write(fd, bytes.data(), std::min(bytes.size(), step));
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;
    }
  }
}

bool Output::wait_writable(int fd) noexcept {
  for (;;) {
    const bool last_try = abandoned_;
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    if (::poll(&waiting, 1, kPatienceMs) > 0) return true;  // also for a closed reader: write says which error it is
    if (last_try) return false;
  }
}

}  // namespace pizza::logging
