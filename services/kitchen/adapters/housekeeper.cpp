#include "kitchen/adapters/housekeeper.hpp"

#include <algorithm>
#include <utility>

#include "contracts/topology.hpp"
#include "core/backoff.hpp"

namespace pizza::kitchen {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Housekeeper::Housekeeper(persistence::ConnectionOptions database, const WorkerIdentity& worker,
                         const Registration& registration, milliseconds max_wait, logging::Logger& log)
    : log_(log),
      session_(std::move(database), log),
      registry_(session_, worker, registration),
      promoter_(session_, worker.name, max_wait),
      heartbeat_interval_(registration.heartbeat_interval) {}

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
  while (!stopping_) {
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

/// What is due, and then waiting until something is. False: the name is somebody else's.
bool Housekeeper::do_duties() {
  if (!listening_) follow_cancellations();  // before the heartbeat: when this worker was last well is still known
  if (steady_clock::now() >= next_beat_) {
    if (!registry_.beat()) return false;
    log_.debug({.action = "heartbeat_sent", .message = "Heartbeat sent"});
    next_beat_ = core::after(heartbeat_interval_);
  }
  healthy_ = true;
  if (steady_clock::now() >= next_promotion_) promote();
  if (const auto heard = session_.get().next_notification(std::min(next_beat_, next_promotion_), wakeup_)) {
    events_.on_cancelled(heard->payload);
  }
  return true;
}

void Housekeeper::follow_cancellations() {
  session_.get().listen(contracts::kCancelledChannel);
  // Only now: what is cancelled after this is heard.
  for (const auto& number : registry_.missed_cancellations()) events_.on_cancelled(number);
  listening_ = true;
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
  } catch (const persistence::SqlError& error) {
    if (error.connection_finished()) throw;
    // The worker itself is well; the next worker tries again.
    log_.error({.action = "promotion_failed", .message = "Orders that wait too long could not be promoted"}, error);
  }
}

}  // namespace pizza::kitchen
