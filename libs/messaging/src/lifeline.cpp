#include "lifeline.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pizza::messaging {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::milliseconds kCheckInterval{500};

}  // namespace

Lifeline::Lifeline() : watchdog_([this] { watch(); }) {}

Lifeline::~Lifeline() {
  detach();
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  watchdog_.join();
}

void Lifeline::attach(int socket) {
  const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "duplicating a socket");
  const std::lock_guard lock(mutex_);
  socket_ = copy;
  if (severed_) cut();
}

void Lifeline::detach() noexcept {
  const std::lock_guard lock(mutex_);
  const int socket = std::exchange(socket_, -1);
  if (socket >= 0) ::close(socket);
}

void Lifeline::sever() noexcept {
  const std::lock_guard lock(mutex_);
  severed_ = true;
  cut();
}

void Lifeline::cut() const noexcept {
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Lifeline::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_.wait_for(lock, kCheckInterval);
    const auto ends = call_ends_.load(std::memory_order_relaxed);
    if (ends != 0 && steady_clock::now().time_since_epoch().count() > ends) cut();
  }
}

Lifeline::Call::Call(Lifeline& line, std::chrono::milliseconds limit) noexcept : line_(line) {
  const auto ends = steady_clock::now() + limit;
  line_.call_ends_.store(ends.time_since_epoch().count(), std::memory_order_relaxed);
}

Lifeline::Call::~Call() { line_.call_ends_.store(0, std::memory_order_relaxed); }

}  // namespace pizza::messaging
