#include "event_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "listener.hpp"
#include "refusals.hpp"
#include "request_id.hpp"

namespace pizza::http {
namespace {

using State = Connection::State;

constexpr std::size_t kReadSize = 64UL * 1024;
constexpr std::chrono::seconds kDrainDeadline{1};
constexpr std::chrono::milliseconds kListenerPause{100};
/// For a request that was under way when the listener closed.
constexpr std::chrono::milliseconds kLateRequests{300};
constexpr int kIdleMs = 1000;  // so that the pulse goes on
constexpr int kAcceptsAtOnce = 256;
constexpr int kEventsAtOnce = 256;
/// What all connections together may hold; past it the slowest goes. Honest requests stay for microseconds.
constexpr std::size_t kMaxHeldBytes = 64UL * 1024 * 1024;

ConnectionTable::TimeLimits time_limits(const ServerOptions& options) {
  ConnectionTable::TimeLimits limits;
  const auto set = [&](State state, auto limit) { limits.at(static_cast<std::size_t>(state)) = limit; };
  set(State::fresh, options.header_deadline);
  set(State::idle, options.idle_timeout);
  set(State::head, options.header_deadline);
  set(State::body, options.body_deadline);
  set(State::busy, ConnectionTable::Clock::duration::max());
  set(State::writing, options.write_deadline);
  set(State::draining, kDrainDeadline);
  set(State::closed, ConnectionTable::Clock::duration::max());
  return limits;
}

UniqueFd checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return UniqueFd(fd);
}

}  // namespace

EventLoop::EventLoop(const ServerOptions& options, const Router& router, Traffic& traffic, UniqueFd listener,
                     Submit submit)
    : options_(options),
      router_(router),
      traffic_(traffic),
      submit_(std::move(submit)),
      max_connections_(make_room_for_connections(options.max_connections)),
      listener_(std::move(listener)),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wakeup_(checked(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")),
      connections_(time_limits(options)),
      buffer_(kReadSize) {
  watch(listener_.get(), EPOLLIN, &listener_);
  watch(wakeup_.get(), EPOLLIN | EPOLLET, &wakeup_);
}

void EventLoop::run() {
  while (!closing_ || connections_.size() > 0) {
    options_.loop_pulse->beat();
    wait();
    take_given_back();
    expire();
    bound_memory();
    if (listener_paused_ && Clock::now() >= listener_resumes_) resume_listener();
    if (stopping() && !closing_) begin_stop();
    if (closing_) go_on_stopping();
    connections_.bury();
    traffic_.connections(connections_.size(), connections_.in(State::busy).size());
    if (closing_ && Clock::now() >= stop_deadline_) break;
  }
  shut_down_all();
  options_.loop_pulse->rest();
}

void EventLoop::watch(int fd, std::uint32_t events, void* tag) const {
  epoll_event event{.events = events, .data = {.ptr = tag}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void EventLoop::wait() {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kEventsAtOnce, timeout());
  for (const auto& event : std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
    if (event.data.ptr == &listener_) {
      accept_all();
    } else if (event.data.ptr != &wakeup_) {
      handle(*static_cast<Connection*>(event.data.ptr), event.events);
    }
  }
}

int EventLoop::timeout() const {
  auto until = connections_.next_deadline();
  const auto sooner = [&](Clock::time_point other) { until = until ? std::min(*until, other) : other; };
  if (listener_paused_) sooner(listener_resumes_);
  if (closing_) sooner(stop_deadline_);
  if (late_until_ && *late_until_ > Clock::now()) sooner(*late_until_);
  if (!until) return kIdleMs;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kIdleMs));
}

void EventLoop::handle(Connection& connection, std::uint32_t events) {
  if (connection.state == State::closed) return;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) connection.peer_closed = true;
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) connection.readable = true;
  if (connection.state == State::writing) {
    connection.flush();
    settle(connection);
  }
  if (connection.state == State::draining) {
    drain(connection);
  } else {
    advance(connection);
  }
}

// ---- handing over between threads

void EventLoop::give_back(Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    given_back_.push_back(&connection);
  }
  wake();
}

void EventLoop::wake() {
  if (woken_.exchange(true)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wakeup_.get(), &one, sizeof one);
}

void EventLoop::take_given_back() {
  if (!woken_.exchange(false)) return;
  taken_.clear();
  {
    const std::lock_guard lock(mutex_);
    taken_.swap(given_back_);
  }
  for (auto* connection : taken_) {
    connection->flush();  // that the socket became writable may have been said while the handler thread had it
    settle(*connection);
    advance(*connection);
  }
}

void EventLoop::stop(Clock::time_point deadline) {
  {
    const std::lock_guard lock(mutex_);
    stop_deadline_ = deadline;
  }
  stopping_ = true;
  wake();
}

// ---- accepting

void EventLoop::accept_all() {
  for (int i = 0; i < kAcceptsAtOnce && accept_one(); ++i) {
  }
}

bool EventLoop::accept_one() {
  UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) {
    switch (errno) {
      case EAGAIN:
        return false;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        if (!make_room()) pause_listener();
        return false;
      default:
        return true;  // this one connection failed before it was accepted
    }
  }
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (connections_.size() >= max_connections_) {
    if (!make_room()) return true;  // every one of them is being answered
  }
  auto& connection = connections_.add(
      std::move(socket),
      {.body = options_.max_body, .header_section = options_.max_header_section, .uri = options_.max_uri});
  watch(connection.socket.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, &connection);
  return true;
}

/// Closes the connection that has waited longest, unless its next request has just arrived. False if none waits.
bool EventLoop::make_room() {
  auto* victim = connections_.longest_waiting();
  if (victim == nullptr) return false;
  const auto since = victim->since;
  if (victim->state == State::fresh || victim->state == State::idle) {
    victim->readable = true;
    advance(*victim);
  }
  if (victim->since == since && victim->state != State::closed) close(*victim);
  return true;
}

void EventLoop::pause_listener() {
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
  listener_paused_ = true;
  listener_resumes_ = Clock::now() + kListenerPause;
}

void EventLoop::resume_listener() {
  listener_paused_ = false;
  if (listener_) watch(listener_.get(), EPOLLIN, &listener_);
}

// ---- bounds

void EventLoop::expire() {
  const auto now = Clock::now();
  while (auto* connection = connections_.overdue(now)) {
    if (connection->state == State::head || connection->state == State::body) {
      refuse(*connection, request_timeout(), false);
    } else {
      close(*connection);
    }
  }
}

/// Not while it is busy: a handler thread has it then.
void EventLoop::count(Connection& connection) {
  if (connection.state == State::busy || connection.state == State::closed) return;
  const auto bytes = connection.reader.size() + connection.pending.size() + connection.out.size();
  held_bytes_ += bytes - std::exchange(connection.counted, bytes);
}

void EventLoop::bound_memory() {
  while (held_bytes_ > kMaxHeldBytes) {
    auto* slowest = connections_.longest_waiting();
    if (slowest == nullptr) return;
    close(*slowest);
  }
}

// ---- stopping

void EventLoop::drain() {
  draining_ = true;
  wake();
}

/// What has arrived completely is still served. Who comes later is told to come again: as long as there are answers to
/// be waited for, a refused connection would only look like a failure.
void EventLoop::begin_stop() {
  closing_ = true;
  {
    const std::lock_guard lock(mutex_);  // orders the reading of stop_deadline_ after its writing
  }
  accept_all();
  read_once_more();
  refusing_ = true;
}

/// The listener closes last.
void EventLoop::go_on_stopping() {
  if (listener_ && connections_.in(State::busy).empty() && connections_.in(State::writing).empty()) {
    accept_all();
    read_once_more();
    listener_.reset();
    late_until_ = Clock::now() + kLateRequests;
  }
  if (!late_until_ || Clock::now() < *late_until_) return;
  for (const auto state : {State::fresh, State::idle, State::head, State::body}) {
    auto& list = connections_.in(state);
    while (!list.empty()) close(list.front());
  }
}

/// Connections between two requests end here, unless the next one is there.
void EventLoop::read_once_more() {
  for (const auto state : {State::fresh, State::idle, State::head, State::body}) {
    auto& list = connections_.in(state);
    for (auto next = list.begin(); next != list.end();) {
      auto& connection = *next++;
      connection.readable = true;
      advance(connection);
      if (connection.state == State::idle) close(connection);
    }
  }
}

void EventLoop::shut_down_all() {
  for (const auto state : {State::busy, State::writing, State::draining}) {
    for (auto& connection : connections_.in(state)) shutdown(connection.socket.get(), SHUT_RDWR);
  }
}

}  // namespace pizza::http
