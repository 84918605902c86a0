#pragma once

#include <map>
#include <utility>

#include "kitchen/app/meter.hpp"
#include "kitchen/app/station_work.hpp"
#include "metrics/registry.hpp"

namespace pizza::kitchen {

/// The kitchen's work as metrics (docs/metrics.md).
class KitchenMetrics final : public Meter {
 public:
  /// Only what can happen at this station is there.
  KitchenMetrics(metrics::Registry& registry, const StationWork& work);

  void stepped(Step step, Outcome outcome, std::size_t orders) override;
  void waited(domain::OrderType type, std::chrono::milliseconds time) override;
  void passed(const Finished& order) override;
  void dead_letter(DeadLetterCause cause) override;
  /// Whether this worker's name is registered as its own.
  void online(bool yes) { online_.set(yes ? 1 : 0); }

 private:
  using ByType = std::map<domain::OrderType, metrics::Histogram*>;

  // Filled at the start, then only read.
  std::map<std::pair<Step, Outcome>, metrics::Counter*> steps_;
  std::map<DeadLetterCause, metrics::Counter*> dead_letters_;
  ByType wait_;
  ByType cook_;
  ByType total_;
  metrics::Gauge& online_;
};

}  // namespace pizza::kitchen
