#pragma once

#include <map>
#include <utility>

#include "domain/order.hpp"
#include "metrics/registry.hpp"
#include "order/app/observer.hpp"

namespace pizza::order {

/// The intake's work as metrics (docs/metrics.md).
class OrderMetrics final : public Observer {
 public:
  explicit OrderMetrics(metrics::Registry& registry);

  void stored(const PlacedOrder& order) override;
  void committed(std::size_t orders) override;
  void refused(NotTaken why) override;

 private:
  // Filled at the start, then only read.
  std::map<std::pair<domain::OrderType, int>, metrics::Counter*> stored_;
  std::map<NotTaken, metrics::Counter*> refused_;
  metrics::Histogram& batches_;
};

}  // namespace pizza::order
