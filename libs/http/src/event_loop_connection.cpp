#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

#include "event_loop.hpp"
#include "refusals.hpp"
#include "request_id.hpp"

namespace pizza::http {

// How one connection goes on: bytes become requests, requests become answers (the rest of EventLoop: event_loop.cpp).

namespace {

using State = Connection::State;

constexpr std::size_t kMaxDrained = 64UL * 1024;

}  // namespace

/// Goes on with a connection as far as its bytes reach.
void EventLoop::advance(Connection& connection) {
  if (!connection.is_reading()) return;
  const std::string held = std::exchange(connection.pending, {});
  std::string_view bytes = held;
  while (connection.is_reading()) {
    if (bytes.empty()) bytes = receive(connection);
    if (bytes.empty()) break;
    take(connection, bytes);
  }
  if (connection.state == State::busy || connection.state == State::writing) connection.pending = bytes;
  count(connection);
}

/// Empty when there is nothing, for now or for ever.
std::string_view EventLoop::receive(Connection& connection) {
  while (connection.readable) {
    const auto count = recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (count > 0) {
      const auto size = static_cast<std::size_t>(count);
      if (size < buffer_.size() && !connection.peer_closed) connection.readable = false;
      return {buffer_.data(), size};
    }
    if (count < 0 && errno == EINTR) continue;
    connection.readable = false;
    if (count == 0 || errno != EAGAIN) close(connection);
  }
  return {};
}

void EventLoop::take(Connection& connection, std::string_view& bytes) {
  using Status = RequestReader::Status;
  auto& reader = connection.reader;
  auto status = reader.feed(bytes);
  if (status == Status::head) {
    if (!admit(connection)) return;
    status = reader.feed(bytes);
    if (status == Status::more) {
      connections_.move(connection, State::body);
      if (reader.expects_continue() && reader.request().body.empty()) {
        connection.out = "HTTP/1.1 100 Continue\r\n\r\n";
        connection.flush();
      }
    }
  } else if (status == Status::more && connection.state < State::head && reader.started()) {
    connections_.move(connection, State::head);
  }
  if (status == Status::complete) dispatch(connection);
  if (status == Status::refused) refuse(connection, reader.problem(), false);
}

/// Finds the route, before a body is waited for. Where there is none the answer goes out at once.
bool EventLoop::admit(Connection& connection) {
  auto& reader = connection.reader;
  connection.match = router_.match(reader.request().method, reader.raw_path());
  if (connection.match.handler != nullptr) return true;
  const bool keep_alive = reader.keep_alive() && !reader.has_body();
  refuse(connection, connection.match.allowed.empty() ? not_found() : method_not_allowed(), keep_alive);
  return false;
}

void EventLoop::dispatch(Connection& connection) {
  auto& request = connection.reader.request();
  request.params = std::move(connection.match.params);
  request.request_id = request_id_of(request);
  connection.last_answer = !connection.reader.keep_alive();
  count(connection);
  connections_.move(connection, State::busy);
  if (refusing_) return refuse(connection, stopping_soon(), false);
  if (!submit_(connection)) refuse(connection, overloaded(), connection.reader.keep_alive());
}

void EventLoop::refuse(Connection& connection, const Problem& problem, bool keep_alive) {
  const auto began = Clock::now();
  const auto& request = connection.reader.request();
  const auto request_id = request_id_of(request);
  connection.last_answer = !keep_alive || last_answers();
  const auto respond = [&] {
    auto response = problem_response(problem, request_id);
    if (problem.status == 405) response.headers.emplace_back("Allow", connection.match.allowed);
    return response;
  };
  engine_.answer({.request_id = request_id,
                  .head = request.method == "HEAD",
                  .http_1_0 = connection.reader.http_1_0(),
                  .keep_alive = !connection.last_answer},
                 respond, connection.out);
  connection.flush();
  const bool routed = problem.status == 404 || problem.status == 405 || connection.state == State::busy;
  if (routed) traffic_.answered(connection.match.route, request.method, problem.status, Clock::now() - began);
  traffic_.refused(problem.error);
  settle(connection);
}

/// A response was made and at least tried to be sent.
void EventLoop::settle(Connection& connection) {
  if (connection.broken) {
    close(connection);
  } else if (!connection.out.empty()) {
    if (connection.state != State::writing) connections_.move(connection, State::writing);
    count(connection);
  } else if (connection.last_answer || stopping()) {
    begin_drain(connection);
  } else {
    connection.forget_request();
    connections_.move(connection, State::idle);
  }
}

void EventLoop::begin_drain(Connection& connection) {
  connections_.move(connection, State::draining);
  shutdown(connection.socket.get(), SHUT_WR);
  drain(connection);
}

/// Closing with unread bytes would send a reset, which may destroy the answer on its way to the client.
void EventLoop::drain(Connection& connection) {
  while (connection.readable) {
    const auto count = recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      connection.readable = false;
      return;
    }
    connection.drained += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    if (count <= 0 || connection.drained > kMaxDrained) {
      close(connection);
      return;
    }
  }
}

void EventLoop::close(Connection& connection) {
  held_bytes_ -= std::exchange(connection.counted, 0);
  connection.socket.reset();
  connections_.move(connection, State::closed);
}

}  // namespace pizza::http
