#include "core/timers.hpp"

#include <algorithm>
#include <utility>

namespace pizza::core {
namespace {

constexpr std::chrono::seconds kIdle{1};  // so that the pulse goes on

}  // namespace

Timers::Timers(Pulse& pulse) : pulse_(pulse), thread_([this] { run(); }) {}
Timers::~Timers() { stop(); }

void Timers::at(std::chrono::steady_clock::time_point when, Action action) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  const auto added = waiting_.emplace(when, std::move(action));
  if (added == waiting_.begin()) changed_.notify_one();
}

std::size_t Timers::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void Timers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Timers::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    pulse_.beat();
    const auto now = std::chrono::steady_clock::now();
    if (const auto due = waiting_.empty() ? now + kIdle : waiting_.begin()->first; due > now) {
      changed_.wait_until(lock, std::min(due, now + kIdle));
    } else {
      auto action = std::move(waiting_.extract(waiting_.begin()).mapped());
      lock.unlock();
      action();
      lock.lock();
    }
  }
  pulse_.rest();
}

}  // namespace pizza::core
