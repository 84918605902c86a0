#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "connection.hpp"
#include "core/pulse.hpp"
#include "engine.hpp"

namespace pizza::http {

/// Threads that answer complete requests. They start on demand and retire when nothing came for ten seconds.
/// Thread-safe.
class HandlerPool {
 public:
  /// Answers the connection's request and gives the connection back. Must not throw.
  using Serve = std::function<void(Engine&, Connection&)>;

  /// `pulse` rests while nothing waits for a thread.
  HandlerPool(std::size_t max_threads, std::size_t max_queue, core::Pulse& pulse, Serve serve);
  ~HandlerPool() { stop(); }
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;

  /// False when as many wait as may wait.
  [[nodiscard]] bool submit(Connection& connection);
  /// Serves all that waits, then joins. Idempotent.
  void stop();

 private:
  void run(std::list<std::thread>::iterator self);
  bool wait_for_work(std::unique_lock<std::mutex>& lock);
  bool start_thread();
  void wake_one(std::unique_lock<std::mutex>& lock);

  const std::size_t max_threads_;
  const std::size_t max_queue_;
  core::Pulse& pulse_;
  const Serve serve_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Connection*> waiting_;
  std::list<std::thread> threads_;
  std::list<std::thread> retired_;  ///< to be joined
  std::size_t idle_ = 0;
  std::size_t serving_ = 0;
  std::size_t starting_ = 0;  ///< threads that have not come to the queue for the first time
  bool waking_ = false;       ///< a thread was woken and has not come yet
  bool stopping_ = false;
};

}  // namespace pizza::http
