#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "core/clock.hpp"
#include "domain/forecast.hpp"
#include "logging/logger.hpp"
#include "tracking/kitchen_reader.hpp"

namespace pizza::tracking {

/// Keeps a picture of the kitchen that is about a second old, so that telling when a pizza will be ready costs no
/// query. When the picture is dear (a long backlog) it is taken less often: at most a twentieth of the time.
/// Thread-safe.
class Forecast {
 public:
  Forecast(KitchenReader& reader, logging::Logger& log);
  ~Forecast();
  Forecast(const Forecast&) = delete;
  Forecast& operator=(const Forecast&) = delete;

  /// When an order that waits (or is new, without `id`) will be ready.
  core::TimePoint ready_at(core::TimePoint now, domain::OrderType type, int priority,
                           std::optional<std::int64_t> id) const;

 private:
  void refresh();

  KitchenReader& reader_;
  logging::Logger& log_;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  domain::KitchenState kitchen_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace pizza::tracking
