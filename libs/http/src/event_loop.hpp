#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "connection_table.hpp"
#include "engine.hpp"
#include "http/server.hpp"
#include "traffic.hpp"
#include "unique_fd.hpp"

namespace pizza::http {

/// Waits for all connections at once, frames their requests and refuses what must be refused; only complete requests
/// with a route leave it, through `submit`. Runs on one thread; only `give_back` and `stop` may be called from others.
class EventLoop {
 public:
  /// Takes a `busy` connection until `give_back`; false: no room, answer 503.
  using Submit = std::function<bool(Connection&)>;

  EventLoop(const ServerOptions& options, const Router& router, Traffic& traffic, UniqueFd listener, Submit submit);

  /// Returns when all is answered and closed after `stop`, or at its deadline with all sockets shut down.
  void run();
  /// The response is in `out` and as far as possible sent.
  void give_back(Connection& connection);
  /// From now on every answer is the last of its connection.
  void drain();
  void stop(std::chrono::steady_clock::time_point deadline);
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  bool last_answers() const { return stopping() || draining_.load(std::memory_order_relaxed); }

 private:
  using Clock = ConnectionTable::Clock;

  void watch(int fd, std::uint32_t events, void* tag) const;
  void wait();
  int timeout() const;
  void handle(Connection& connection, std::uint32_t events);
  void wake();
  void take_given_back();

  void accept_all();
  bool accept_one();
  bool make_room();
  void pause_listener();
  void resume_listener();

  void advance(Connection& connection);
  std::string_view receive(Connection& connection);
  void take(Connection& connection, std::string_view& bytes);
  bool admit(Connection& connection);
  void dispatch(Connection& connection);
  void refuse(Connection& connection, const Problem& problem, bool keep_alive);
  void settle(Connection& connection);
  void begin_drain(Connection& connection);
  void drain(Connection& connection);
  void close(Connection& connection);

  void expire();
  void count(Connection& connection);
  void bound_memory();
  void begin_stop();
  void go_on_stopping();
  void read_once_more();
  void shut_down_all();

  const ServerOptions& options_;
  const Router& router_;
  Traffic& traffic_;
  const Submit submit_;
  const std::size_t max_connections_;
  UniqueFd listener_;
  UniqueFd epoll_;
  UniqueFd wakeup_;
  ConnectionTable connections_;
  Engine engine_;
  std::vector<char> buffer_;
  std::size_t held_bytes_ = 0;  ///< by all connections
  bool listener_paused_ = false;
  Clock::time_point listener_resumes_;
  bool closing_ = false;                         ///< `stop` was noticed
  bool refusing_ = false;                        ///< what comes now is refused
  std::optional<Clock::time_point> late_until_;  ///< the listener is closed; then the rest is

  std::mutex mutex_;
  std::vector<Connection*> given_back_;
  std::vector<Connection*> taken_;
  Clock::time_point stop_deadline_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> draining_{false};
  std::atomic<bool> woken_{false};
};

}  // namespace pizza::http
