#include "core/shutdown.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace pizza::core {
namespace {

sigset_t taken_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Shutdown::Shutdown() {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for a valid signal number
  const auto set = taken_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = std::thread([this] { take_signals(); });
}

Shutdown::~Shutdown() {
  ending_ = true;
  pthread_kill(signals_.native_handle(), SIGUSR2);
  signals_.join();
}

void Shutdown::take_signals() {
  const auto set = taken_signals();
  bool asked = false;  // by a signal: a stop that a component asked for does not make the first signal the second
  for (;;) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal == SIGUSR2) {
      if (ending_) return;
    } else if (signal == SIGHUP) {
      const std::lock_guard lock(mutex_);
      if (on_hangup_) on_hangup_();
    } else if (std::exchange(asked, true)) {
      _exit(128 + signal);
    } else {
      request();
    }
  }
}

void Shutdown::on_hangup(std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  on_hangup_ = std::move(action);
}

void Shutdown::request(int exit_code) {
  {
    const std::lock_guard lock(mutex_);
    if (requested_) return;
    exit_code_ = exit_code;
    requested_ = true;
  }
  changed_.notify_all();
}

void Shutdown::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return requested_.load(); });
}

bool Shutdown::wait(const std::stop_token& enough) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, enough, [this] { return requested_.load(); });
}

bool Shutdown::wait_for(std::chrono::nanoseconds duration) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, duration, [this] { return requested_.load(); });
}

}  // namespace pizza::core
