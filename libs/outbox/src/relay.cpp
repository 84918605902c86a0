#include "outbox/relay.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/backoff.hpp"
#include "outbox/store.hpp"

namespace pizza::outbox {
namespace {

using std::chrono::seconds;

constexpr seconds kSweepInterval{1};
/// Answers are gathered for so long: nobody waits for a row to be deleted, and one statement for many costs as much as
/// one for each.
constexpr std::chrono::milliseconds kGather{200};
constexpr seconds kBacklogInterval{5};
constexpr seconds kBacklogPause{60};  // after the database refused to tell
constexpr std::size_t kSweepLimit = 500;

messaging::Message to_message(const Row& row, const std::string& app_id) {
  messaging::Message message{.exchange = row.exchange, .routing_key = row.routing_key, .body = row.body};
  auto& properties = message.properties;
  properties.message_id = std::to_string(row.id);
  properties.correlation_id = row.correlation_id;
  if (!row.traceparent.empty()) properties.headers.emplace("traceparent", row.traceparent);
  properties.type = row.message_type;
  properties.app_id = app_id;
  properties.timestamp = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  if (row.priority) properties.priority = static_cast<std::uint8_t>(*row.priority);
  return message;
}

}  // namespace

Relay::Relay(RelayOptions options, messaging::Publisher& publisher, logging::Logger& log)
    : options_(std::move(options)),
      publisher_(publisher),
      log_(log),
      session_(options_.database, log),
      housekeeper_([this] { keep_house(); }) {}

Relay::~Relay() { stop(core::after(seconds{0})); }

void Relay::hand_over(std::vector<Row> rows) {
  {
    const std::lock_guard lock(mutex_);
    behind_ = behind_ || in_flight_ + rows.size() > options_.max_in_flight;
    if (behind_) {
      for (const auto& row : rows) answered_.not_sent.push_back(row.id);
      changed_.notify_one();
      return;
    }
    in_flight_ += rows.size();
  }
  for (auto& row : rows) publish(std::move(row));
}

/// `row` is counted as in flight.
void Relay::publish(Row row) {
  auto message = to_message(row, options_.app_id);
  const auto id = row.id;
  const bool accepted = publisher_.publish(
      std::move(message),
      [this, id, number = std::move(row.order_number), correlation_id = std::move(row.correlation_id)](
          messaging::Outcome outcome) { on_answer(id, number, correlation_id, outcome); });
  if (!accepted) on_answer(id, {}, {}, messaging::Outcome::unknown);
}

void Relay::on_answer(std::int64_t id, const std::string& order_number, const std::string& correlation_id,
                      messaging::Outcome outcome) {
  if (outcome == messaging::Outcome::confirmed && options_.on_published) {
    options_.on_published(id, order_number, correlation_id);
  }
  const std::lock_guard lock(mutex_);
  --in_flight_;
  const bool first = answered_.empty();
  switch (outcome) {
    case messaging::Outcome::confirmed:
      answered_.confirmed.push_back(id);
      break;
    case messaging::Outcome::returned:
      answered_.unroutable.push_back(id);
      break;
    case messaging::Outcome::nacked:
    case messaging::Outcome::unknown:
      answered_.unconfirmed.push_back(id);
      break;
  }
  if (first || draining_) changed_.notify_one();  // with the lock: once nothing is in flight, we may be ended
}

void Relay::keep_house() {
  core::Backoff backoff;
  auto next_sweep = std::chrono::steady_clock::now() + kSweepInterval;
  const core::Resting rests_at_the_end(*options_.pulse);
  for (;;) {
    options_.pulse->beat();
    bool last_round = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, next_sweep, [this] { return stopping_ || !answered_.empty(); });
      changed_.wait_for(lock, kGather, [this] { return stopping_; });
      last_round = stopping_;
    }
    try {
      auto& connection = session_.get();
      while (settle(connection) && last_round) {
      }
      if (last_round) return;
      if (std::chrono::steady_clock::now() >= next_sweep) {
        sweep(connection);
        next_sweep = std::chrono::steady_clock::now() + kSweepInterval;
      }
      tell_backlog(connection);
      backoff.reset();
    } catch (const std::exception& error) {
      log_.error({.action = "outbox_failed", .message = "Outbox rows could not be settled; they will be again"}, error);
      if (last_round) return;
      if (options_.on_backlog) options_.on_backlog(std::nullopt);
      next_backlog_ = {};
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, backoff.next(), [this] { return stopping_; });
      next_sweep = std::chrono::steady_clock::now();
    }
  }
}

void Relay::Answered::take_back(Answered&& earlier) {
  confirmed.insert(confirmed.end(), earlier.confirmed.begin(), earlier.confirmed.end());
  unconfirmed.insert(unconfirmed.end(), earlier.unconfirmed.begin(), earlier.unconfirmed.end());
  unroutable.insert(unroutable.end(), earlier.unroutable.begin(), earlier.unroutable.end());
  not_sent.insert(not_sent.begin(), earlier.not_sent.begin(), earlier.not_sent.end());
}

/// Writes down what was answered since the last time; true if there was anything.
bool Relay::settle(persistence::Connection& connection) {
  Answered batch;
  {
    const std::lock_guard lock(mutex_);
    std::swap(batch, answered_);
  }
  if (batch.empty()) return false;
  options_.pulse->beat();
  try {
    if (!batch.confirmed.empty()) remove(connection, batch.confirmed);
    if (!batch.unconfirmed.empty()) release(connection, batch.unconfirmed);
    if (!batch.not_sent.empty()) release(connection, batch.not_sent);
    if (!batch.unroutable.empty()) postpone(connection, batch.unroutable);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    answered_.take_back(std::move(batch));
    throw;
  }
  if (const auto failed = batch.unconfirmed.size() + batch.unroutable.size(); failed > 0) {
    log_.error({.action = "rabbitmq_publish_failed",
                .message = fmt::format("{} messages were not published and will be published again", failed)},
               batch.unroutable.empty() ? "the broker did not confirm them" : "no queue is bound for them");
  }
  return true;
}

/// How many rows to sweep now: a whole batch or none, up to `most` in flight.
std::size_t Relay::room(std::size_t most) {
  const std::lock_guard lock(mutex_);
  const auto batch = std::min(options_.max_in_flight / 2, kSweepLimit);
  return !draining_ && publisher_.ready() && in_flight_ + batch <= most ? batch : 0;
}

/// One batch if there is room at all, then up to half of what may be in flight: the other half is for what is handed
/// over.
void Relay::sweep(persistence::Connection& connection) {
  auto most = options_.max_in_flight;
  while (const auto wanted = room(most)) {
    options_.pulse->beat();
    auto rows = take_due(connection, wanted);
    const bool caught_up = rows.size() < wanted;
    if (!rows.empty()) {
      log_.info({.action = "outbox_swept",
                 .message = fmt::format("Publishing {} messages that were left in the outbox", rows.size()),
                 .details = {{"count", static_cast<std::int64_t>(rows.size())}}});
    }
    {
      const std::lock_guard lock(mutex_);
      in_flight_ += rows.size();
    }
    for (auto& row : rows) publish(std::move(row));
    if (caught_up && !left_meanwhile()) return;
    if (caught_up) settle(connection);
    most = options_.max_in_flight / 2;
  }
}

/// Whether rows were left since; if not, what is handed over from now on leaves at once.
bool Relay::left_meanwhile() {
  const std::lock_guard lock(mutex_);
  behind_ = behind_ && !answered_.not_sent.empty();
  return behind_;
}

void Relay::tell_backlog(persistence::Connection& connection) {
  if (!options_.on_backlog || std::chrono::steady_clock::now() < next_backlog_) return;
  next_backlog_ = core::after(kBacklogInterval);
  try {
    options_.on_backlog(backlog(connection));
  } catch (const persistence::SqlError& error) {
    if (error.connection_finished()) throw;
    // A figure that takes too long must not slow down what it measures.
    options_.on_backlog(std::nullopt);
    next_backlog_ = core::after(kBacklogPause);
    log_.debug({.action = "outbox_unmeasured", .message = std::string{"The outbox was not measured: "} + error.what()});
  }
}

void Relay::stop(core::Deadline deadline) {
  {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    draining_ = true;
    while (in_flight_ > 0 && std::chrono::steady_clock::now() < deadline) {
      changed_.wait_for(lock, std::chrono::milliseconds{10});
    }
    stopping_ = true;
  }
  changed_.notify_all();
  if (housekeeper_.joinable()) housekeeper_.join();
}

}  // namespace pizza::outbox
