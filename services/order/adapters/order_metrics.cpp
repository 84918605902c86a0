#include "order/adapters/order_metrics.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "domain/priority.hpp"

namespace pizza::order {
namespace {

/// The largest batch is 256.
std::vector<double> batch_buckets() { return {1, 2, 4, 8, 16, 32, 64, 128, 256}; }

constexpr std::array<std::pair<NotTaken, const char*>, 7> kReasons{{{NotTaken::validation, "validation"},
                                                                    {NotTaken::overloaded, "overloaded"},
                                                                    {NotTaken::broker, "broker"},
                                                                    {NotTaken::conflict, "conflict"},
                                                                    {NotTaken::database, "database"},
                                                                    {NotTaken::data, "data"},
                                                                    {NotTaken::unknown, "unknown"}}};

}  // namespace

OrderMetrics::OrderMetrics(metrics::Registry& registry)
    : batches_(registry.histogram("pizza_intake_batch_orders", "Orders that were committed in one transaction", {},
                                  batch_buckets())) {
  for (const auto type : domain::kOrderTypes) {
    for (const int priority : {domain::kNormalPriority, domain::kMediumPriority, domain::kHighPriority}) {
      stored_[{type, priority}] =
          &registry.counter("pizza_orders_total", "Orders stored",
                            {{"type", std::string{domain::to_string(type)}}, {"priority", std::to_string(priority)}});
    }
  }
  for (const auto& [why, reason] : kReasons) {
    refused_[why] = &registry.counter("pizza_orders_refused_total", "Orders not taken", {{"reason", reason}});
  }
}

void OrderMetrics::stored(const PlacedOrder& order) {
  const auto found = stored_.find({order.type, order.priority});
  if (found != stored_.end()) found->second->increment();
}

void OrderMetrics::committed(std::size_t orders) { batches_.observe(static_cast<double>(orders)); }

void OrderMetrics::refused(NotTaken why) { refused_.at(why)->increment(); }

}  // namespace pizza::order
