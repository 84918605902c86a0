#include "tracking/forecast.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pizza::tracking {

using std::chrono::steady_clock;

Forecast::Forecast(KitchenReader& reader, logging::Logger& log)
    : reader_(reader), log_(log), thread_([this] { refresh(); }) {}

Forecast::~Forecast() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

core::TimePoint Forecast::ready_at(core::TimePoint now, domain::OrderType type, int priority,
                                   std::optional<std::int64_t> id) const {
  const std::lock_guard lock(mutex_);
  return now + domain::time_to_ready(kitchen_, type, priority, id);
}

void Forecast::refresh() {
  for (;;) {
    const auto start = steady_clock::now();
    domain::KitchenState kitchen;
    bool taken = false;
    try {
      kitchen = reader_.kitchen();
      taken = true;
    } catch (const std::exception& error) {
      // The requests themselves say that the database is down; this only keeps the last picture.
      log_.debug({.action = "forecast_kept", .message = error.what()});
    }
    const auto cost = steady_clock::now() - start;
    std::unique_lock lock(mutex_);
    if (taken) kitchen_ = std::move(kitchen);
    const auto pause = std::max<steady_clock::duration>(std::chrono::seconds{1}, 20 * cost);
    if (stopped_.wait_for(lock, pause, [this] { return stopping_; })) return;
  }
}

}  // namespace pizza::tracking
