#include "kitchen/adapters/housekeeper.hpp"

#include <algorithm>
#include <utility>

#include "contracts/topology.hpp"

namespace pizza::kitchen {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kIdle{1};  // so that the pulse goes on

}  // namespace

Housekeeper::Housekeeper(persistence::ConnectionOptions database, const WorkerIdentity& worker,
                         const Registration& registration, milliseconds max_wait, core::Pulse& pulse,
                         logging::Logger& log)
    : log_(log),
      session_(std::move(database), log),
      registry_(session_, worker, registration),
      promoter_(session_, worker.name, max_wait, patience(registration)),
      heartbeat_interval_(registration.heartbeat_interval),
      pulse_(pulse) {}

Housekeeper::~Housekeeper() { stop(); }

void Housekeeper::start(Events events) {
  events_ = std::move(events);
  next_beat_ = core::after(heartbeat_interval_);  // the registration was the first
  thread_ = std::thread([this] { keep_house(); });
}

void Housekeeper::stop() {
  stopping_ = true;
  wakeup_.wake();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::sign_off() {
  stop();
  registry_.sign_off();
}

void Housekeeper::keep_house() {
  core::Backoff backoff;
  const core::Resting rests_at_the_end(pulse_);
  while (!stopping_) {
    pulse_.beat();
    try {
      if (!do_duties()) return events_.on_taken_over();
      backoff.reset();
    } catch (const std::exception& error) {
      healthy_ = false;
      listening_ = false;
      // The sooner the next one, the better the chance that nobody takes this worker for gone.
      next_beat_ = steady_clock::now();
      log_.error({.action = "heartbeat_failed", .message = "The worker's session with the database failed"}, error);
      wakeup_.wait(-1, std::min(backoff.next(), heartbeat_interval_));
    }
  }
}

/// What is due, the heartbeat first, and then waiting until something is. False: the name is somebody else's.
bool Housekeeper::do_duties() {
  if (steady_clock::now() >= next_beat_ && !beat()) return false;
  healthy_ = true;
  follow_cancellations();
  if (steady_clock::now() >= next_promotion_) promote();
  if (listening_) hear_cancellations();
  return true;
}

bool Housekeeper::beat() {
  const auto seen = registry_.beat();
  if (!seen) return false;
  if (listening_ && !behind_) up_to_date_ = *seen;
  log_.debug({.action = "heartbeat_sent", .message = "Heartbeat sent"});
  next_beat_ = core::after(heartbeat_interval_);
  return true;
}

void Housekeeper::follow_cancellations() {
  if (!listening_) {
    session_.get().listen(contracts::kCancelledChannel);
    listening_ = true;
    behind_ = true;
  }
  if (!behind_ || steady_clock::now() < next_look_back_) return;
  // Only now: what is cancelled after this is heard.
  look_up([this] {
    for (const auto& number : registry_.missed_cancellations(up_to_date_)) events_.on_cancelled(number);
    behind_ = false;
    look_back_backoff_.reset();
  });
}

void Housekeeper::hear_cancellations() {
  auto until = std::min({next_beat_, next_promotion_, core::after(kIdle)});
  if (behind_) until = std::min(until, next_look_back_);
  while (const auto heard = session_.get().next_notification(until, wakeup_)) {
    // Whoever may connect may say so, also those who may only read: the order itself has the word.
    look_up([&] {
      if (registry_.was_cancelled(heard->payload)) events_.on_cancelled(heard->payload);
    });
    if (!listening_ || steady_clock::now() >= until) return;  // however much is said
  }
}

/// A question that the database may refuse; then everything since the last sure moment is looked up again.
void Housekeeper::look_up(const std::function<void()>& question) {
  try {
    question();
  } catch (const persistence::SqlError& error) {
    if (error.connection_finished()) throw;
    listening_ = false;  // the session may have ended in the rollback
    behind_ = true;
    next_look_back_ = core::after(look_back_backoff_.next());
    log_.error({.action = "cancellations_unknown", .message = "Cancellations that were missed could not be looked up"},
               error);
  }
}

void Housekeeper::promote() {
  next_promotion_ = core::after(promoter_.tick());
  try {
    for (const auto& promotion : promoter_.promote()) {
      log_.debug({.action = "order_promoted",
                  .message = "Order was promoted: " + promotion.step,
                  .request_id = promotion.request_id,
                  .order_number = promotion.order_number});
    }
    if (promoter_.more()) next_promotion_ = steady_clock::now();
  } catch (const persistence::SqlError& error) {
    if (error.connection_finished()) throw;
    // The worker itself is well; the next worker tries again.
    listening_ = false;  // the session may have ended in the rollback
    log_.error({.action = "promotion_failed", .message = "Orders that wait too long could not be promoted"}, error);
  }
}

}  // namespace pizza::kitchen
