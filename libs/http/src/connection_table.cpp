#include "connection_table.hpp"

#include <utility>

namespace pizza::http {

using State = Connection::State;

Connection& ConnectionTable::add(UniqueFd socket, const RequestReader::Limits& limits) {
  auto& fresh = in(State::fresh);
  fresh.emplace_back(std::move(socket), limits);
  auto& connection = fresh.back();
  connection.self = std::prev(fresh.end());
  connection.since = Clock::now();
  return connection;
}

void ConnectionTable::move(Connection& connection, State state) {
  auto& to = in(state);
  to.splice(to.end(), in(connection.state), connection.self);
  connection.state = state;
  connection.since = Clock::now();
}

std::size_t ConnectionTable::size() const {
  std::size_t count = 0;
  for (const auto& list : lists_) count += list.size();
  return count - lists_[index(State::closed)].size();
}

std::optional<ConnectionTable::Clock::time_point> ConnectionTable::next_deadline() const {
  std::optional<Clock::time_point> next;
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    if (lists_[i].empty() || limits_[i] == Clock::duration::max()) continue;
    const auto deadline = lists_[i].front().since + limits_[i];
    if (!next || deadline < *next) next = deadline;
  }
  return next;
}

Connection* ConnectionTable::overdue(Clock::time_point now) {
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    if (lists_[i].empty() || limits_[i] == Clock::duration::max()) continue;
    if (lists_[i].front().since + limits_[i] <= now) return &lists_[i].front();
  }
  return nullptr;
}

Connection* ConnectionTable::longest_waiting() {
  Connection* longest = nullptr;
  for (const auto state : {State::fresh, State::idle, State::head, State::body, State::writing, State::draining}) {
    if (in(state).empty()) continue;
    auto& first = in(state).front();
    if (longest == nullptr || first.since < longest->since) longest = &first;
  }
  return longest;
}

}  // namespace pizza::http
