#include "handler_pool.hpp"

#include <chrono>
#include <system_error>
#include <utility>

namespace pizza::http {
namespace {

constexpr std::chrono::seconds kRetireAfter{10};

void join_all(std::list<std::thread>& threads) {
  for (auto& thread : threads) thread.join();
  threads.clear();
}

}  // namespace

HandlerPool::HandlerPool(std::size_t max_threads, std::size_t max_queue, core::Pulse& pulse, Serve serve)
    : max_threads_(max_threads), max_queue_(max_queue), pulse_(pulse), serve_(std::move(serve)) {}

bool HandlerPool::submit(Connection& connection) {
  std::list<std::thread> retired;
  {
    std::unique_lock lock(mutex_);
    retired.swap(retired_);
    const auto free_threads = max_threads_ - serving_;
    if (stopping_ || waiting_.size() >= max_queue_ + free_threads) return false;
    if (idle_ == 0 && threads_.size() < max_threads_ && !start_thread() && threads_.empty()) return false;
    if (waiting_.empty()) pulse_.beat();
    waiting_.push_back(&connection);
    wake_one(lock);
  }
  join_all(retired);
  return true;
}

/// One thread is woken at a time and wakes the next if there is more to do: a burst of short requests is then handled
/// by as few threads as can handle it, and blocking ones still spread at once.
void HandlerPool::wake_one(std::unique_lock<std::mutex>& lock) {
  if (idle_ == 0 || waking_ || waiting_.empty()) return;
  waking_ = true;
  lock.unlock();
  changed_.notify_one();
}

bool HandlerPool::start_thread() {
  const auto place = threads_.emplace(threads_.end());
  try {
    *place = std::thread([this, place] { run(place); });
    ++starting_;
    return true;
  } catch (const std::system_error&) {
    threads_.erase(place);
    return false;
  }
}

void HandlerPool::run(std::list<std::thread>::iterator self) {
  Engine engine;
  std::unique_lock lock(mutex_);
  --starting_;
  while (wait_for_work(lock)) {
    Connection& connection = *waiting_.front();
    waiting_.pop_front();
    waiting_.empty() ? pulse_.rest() : pulse_.beat();
    ++serving_;
    // What came while this thread was idle counted on it, and may not wait until this request is answered.
    if (idle_ == 0 && waiting_.size() > starting_ && threads_.size() < max_threads_) start_thread();
    wake_one(lock);
    if (lock.owns_lock()) lock.unlock();
    serve_(engine, connection);
    lock.lock();
    --serving_;
  }
  if (!stopping_) retired_.splice(retired_.end(), threads_, self);
}

/// False when this thread is to end.
bool HandlerPool::wait_for_work(std::unique_lock<std::mutex>& lock) {
  bool timed_out = false;
  while (waiting_.empty() && !stopping_ && !timed_out) {
    ++idle_;
    timed_out = changed_.wait_for(lock, kRetireAfter) == std::cv_status::timeout;
    --idle_;
    waking_ = false;  // whoever took the work in the meantime: the next item must wake a thread again
  }
  return !waiting_.empty();
}

void HandlerPool::stop() {
  std::list<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.splice(threads.end(), threads_);
    threads.splice(threads.end(), retired_);
  }
  changed_.notify_all();
  join_all(threads);
}

}  // namespace pizza::http
