#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/pulse.hpp"

namespace pizza::core {

/// Groups what waits: while one batch is handled the next gathers, and an item alone waits for nobody. No timer.
/// Group commit of orders, of kitchen steps and of outbox deletes is this with different handlers.
///
/// `submit` is thread-safe. Each of the `threads` threads makes a handler of its own (`make_handler`), so a handler can
/// own a connection; a handler is only ever called from its thread and must not throw. With more than one thread,
/// batches are handled at the same time and in no order.
template <class Item>
class Batcher {
 public:
  using Batch = std::vector<Item>;
  using Handler = std::function<void(Batch)>;
  struct Limits {
    std::size_t threads = 1;
    std::size_t capacity = 10'000;  ///< items waiting; one more is refused
    std::size_t max_batch = 500;    ///< items given to a handler at once
    std::vector<Pulse*> pulses;     ///< of the threads, one each; none: nobody watches
  };

  Batcher(Limits limits, const std::function<Handler()>& make_handler) : limits_(limits) {
    for (std::size_t i = 0; i < limits.threads; ++i) {
      auto& pulse = i < limits.pulses.size() ? *limits.pulses[i] : Pulse::unwatched();
      threads_.emplace_back([this, make_handler, &pulse] { run(make_handler(), pulse); });
    }
  }
  ~Batcher() { stop(); }
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  /// False, and `item` untouched, when it is full or stopped.
  [[nodiscard]] bool submit(Item&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || waiting_.size() >= limits_.capacity) return false;
      waiting_.push_back(std::move(item));
    }
    changed_.notify_one();
    return true;
  }

  /// Takes nothing more, handles all that waits, then returns. Idempotent.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void run(const Handler& handle, Pulse& pulse) {
    constexpr std::chrono::seconds kIdle{1};  // so that the pulse goes on
    for (;;) {
      pulse.beat();
      Batch batch;
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, kIdle, [this] { return stopping_ || !waiting_.empty(); })) continue;
        if (waiting_.empty()) return pulse.rest();
        if (waiting_.size() <= limits_.max_batch) {
          batch.swap(waiting_);
        } else {
          const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(limits_.max_batch);
          batch.assign(std::move_iterator(waiting_.begin()), std::move_iterator(end));
          waiting_.erase(waiting_.begin(), end);
        }
      }
      handle(std::move(batch));
    }
  }

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Batch waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pizza::core
