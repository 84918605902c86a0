#include "core/timers.hpp"

#include <utility>

namespace pizza::core {

Timers::Timers() : thread_([this] { run(); }) {}
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
    if (waiting_.empty()) {
      changed_.wait(lock);
    } else if (const auto due = waiting_.begin()->first; due > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, due);
    } else {
      auto action = std::move(waiting_.extract(waiting_.begin()).mapped());
      lock.unlock();
      action();
      lock.lock();
    }
  }
}

}  // namespace pizza::core
