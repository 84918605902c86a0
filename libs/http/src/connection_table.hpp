#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <optional>

#include "connection.hpp"

namespace pizza::http {

/// All connections, in one list per state. A state has one time limit for all, so each list is in order of deadlines
/// and every operation is O(1), however many there are. Not thread-safe.
class ConnectionTable {
 public:
  using Clock = std::chrono::steady_clock;
  using TimeLimits = std::array<Clock::duration, Connection::kStates>;

  explicit ConnectionTable(const TimeLimits& limits) : limits_(limits) {}

  Connection& add(UniqueFd socket, const RequestReader::Limits& limits);
  void move(Connection& connection, Connection::State state);
  /// Connections that are not closed.
  std::size_t size() const;
  std::list<Connection>& in(Connection::State state) { return lists_[index(state)]; }

  /// When the next one is overdue; nullopt if none ever will be.
  std::optional<Clock::time_point> next_deadline() const;
  /// One that has been in its state for longer than allowed, or null.
  Connection* overdue(Clock::time_point now);
  /// The one that has waited longest for its client to begin, go on or take its answer; null if there is none.
  Connection* longest_waiting();
  /// Destroys the closed ones: nobody may hold a pointer to one any more.
  void bury() { in(Connection::State::closed).clear(); }

 private:
  static constexpr std::size_t index(Connection::State state) { return static_cast<std::size_t>(state); }

  TimeLimits limits_;
  std::array<std::list<Connection>, Connection::kStates> lists_;
};

}  // namespace pizza::http
