#include "link.hpp"

#include <algorithm>
#include <utility>

namespace pizza::messaging {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{1000};          // heartbeats are due every few seconds, and served in turns only
constexpr milliseconds kGrace{250};          // from cutting the connection to the end of the thread
constexpr std::chrono::seconds kStable{10};  // a connection that lasted this long was a good one

milliseconds until(core::Deadline deadline) {
  return std::chrono::ceil<milliseconds>(std::min<steady_clock::duration>(deadline - steady_clock::now(), kTick));
}

}  // namespace

Link::Link(Endpoint endpoint, LinkUser& user, OnChange on_change, core::Pulse& pulse, logging::Logger& log)
    : endpoint_(std::move(endpoint)), user_(user), on_change_(std::move(on_change)), pulse_(pulse), log_(log) {}

void Link::start(core::Deadline deadline) {
  {
    const std::scoped_lock lock(mutex_, joining_);
    start_by_ = deadline;
    phase_ = Phase::starting;
    thread_ = std::thread([this] { run(); });
  }
  std::unique_lock lock(mutex_);
  const auto decided = [this] { return phase_ != Phase::starting; };
  if (!changed_.wait_until(lock, deadline + kGrace, decided)) {  // stuck in a name lookup, say
    stop_by_ = steady_clock::now();
    line_.sever();
  }
  if (phase_ == Phase::running) return;
  if (last_failure_) std::rethrow_exception(last_failure_);
  throw BrokerError("RabbitMQ was not reached in time", 0, true);
}

void Link::stop(core::Deadline deadline) noexcept {
  {
    std::unique_lock lock(mutex_);
    stop_by_ = std::min(stop_by_, deadline);
    if (phase_ == Phase::idle) return;
    changed_.notify_all();
    wake();
    const auto ended = [this] { return phase_ == Phase::ended; };
    if (!changed_.wait_until(lock, deadline, ended)) {
      line_.sever();
      if (!changed_.wait_for(lock, kGrace, ended)) return;
    }
  }
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
}

void Link::stop_and_join() noexcept {
  stop(steady_clock::now());
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
}

void Link::run() noexcept {
  core::Backoff backoff;
  while (!stopping()) {
    try {
      run_once(backoff);
    } catch (const TopologyError& error) {
      failed(error, false, backoff.next());
    } catch (const BrokerError& error) {
      failed(error, !is_refusal(error), backoff.next());
    } catch (const std::exception& error) {
      failed(error, true, backoff.next());
    }
  }
  const std::lock_guard lock(mutex_);
  phase_ = Phase::ended;
  changed_.notify_all();
}

void Link::run_once(core::Backoff& backoff) {
  Connection connection(endpoint_, connect_by(), line_);
  const auto since = steady_clock::now();
  try {
    user_.opened(connection);
    connected_ = true;
    if (on_change_) on_change_(true, "");
    {
      const std::lock_guard lock(mutex_);
      phase_ = Phase::running;
      changed_.notify_all();
    }
    serve(connection);
    connected_ = false;
    user_.closed();
  } catch (const std::exception& error) {
    lost(error.what());
    if (steady_clock::now() - since > kStable) backoff.reset();
    const auto* broker_error = dynamic_cast<const BrokerError*>(&error);
    if (broker_error == nullptr || !broker_error->connection_finished()) connection.close(core::after(kGoodbye));
    throw;
  }
}

void Link::serve(Connection& connection) {
  const core::Resting rests_at_the_end(pulse_);
  for (;;) {
    if (user_.attentive()) pulse_.beat();
    user_.turn();
    const bool done = stopping() && user_.idle();
    if (done) connection.close(stop_by());
    if (done || steady_clock::now() >= stop_by()) return;
    wakeup_.wait(connection.socket(), until(stop_by()));
  }
}

/// Answers the user first: closing may take a while.
void Link::lost(const std::string& reason) {
  const bool was_connected = connected_.exchange(false);
  user_.closed();
  if (was_connected && on_change_) on_change_(false, reason);
}

/// Waits before the next try, or decides that there is none.
void Link::failed(const std::exception& error, bool retry_helps, milliseconds next_try) {
  log_.debug({.action = "retry_attempted",
              .message = std::string("RabbitMQ connection failed: ") + error.what(),
              .details = {{"connection", endpoint_.connection_name}}});
  // A caller of `start` is told; later there is nobody but the log, and trying again will not help.
  if (!retry_helps && phase() != Phase::starting && std::exchange(last_refusal_, error.what()) != error.what()) {
    log_.error({.action = "rabbitmq_connection_failed",
                .message = std::string("RabbitMQ refuses: ") + error.what(),
                .details = {{"connection", endpoint_.connection_name}}},
               error);
  }
  std::unique_lock lock(mutex_);
  if (phase_ == Phase::starting) {
    last_failure_ = std::current_exception();
    if (!retry_helps || core::after(next_try) >= start_by_) stop_by_ = steady_clock::now();
  }
  changed_.wait_for(lock, next_try, [this] { return stop_by_ != kNever; });
}

Link::Phase Link::phase() {
  const std::lock_guard lock(mutex_);
  return phase_;
}

bool Link::stopping() { return stop_by() != kNever; }

core::Deadline Link::stop_by() {
  const std::lock_guard lock(mutex_);
  return stop_by_;
}

core::Deadline Link::connect_by() {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::starting) return start_by_;
  return core::after(endpoint_.connect_timeout * static_cast<int>(endpoint_.hosts.size()));
}

}  // namespace pizza::messaging
