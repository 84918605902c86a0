#include "kitchen/adapters/kitchen_metrics.hpp"

#include <array>
#include <string>
#include <vector>

namespace pizza::kitchen {
namespace {

using Seconds = std::chrono::duration<double>;

struct StepName {
  Step step;
  Outcome outcome;
  const char* step_name;
  const char* outcome_name;
};
constexpr std::array kSteps{
    StepName{Step::claim, Outcome::started, "claim", "started"},
    StepName{Step::claim, Outcome::resumed, "claim", "resumed"},
    StepName{Step::claim, Outcome::dropped, "claim", "dropped"},
    StepName{Step::claim, Outcome::dead_letter, "claim", "dead_letter"},
    StepName{Step::claim, Outcome::refused, "claim", "refused"},
    StepName{Step::claim, Outcome::unavailable, "claim", "unavailable"},
    StepName{Step::cook, Outcome::cancelled, "cook", "cancelled"},
    StepName{Step::finish, Outcome::done, "finish", "done"},
    StepName{Step::finish, Outcome::lost, "finish", "lost"},
    StepName{Step::finish, Outcome::cancelled, "finish", "cancelled"},
    StepName{Step::finish, Outcome::refused, "finish", "refused"},
    StepName{Step::finish, Outcome::unavailable, "finish", "unavailable"},
};
constexpr std::array<std::pair<DeadLetterCause, const char*>, 3> kCauses{
    {{DeadLetterCause::unreadable, "unreadable"},
     {DeadLetterCause::unknown_order, "unknown_order"},
     {DeadLetterCause::exhausted, "exhausted"}}};

/// From a test's pizza to an hour's wait.
std::vector<double> buckets() {
  return {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600};
}

std::map<domain::OrderType, metrics::Histogram*> by_type(metrics::Registry& registry, const StationWork& work,
                                                         const std::string& name, const std::string& help) {
  std::map<domain::OrderType, metrics::Histogram*> histograms;
  for (const auto type : work.types) {
    histograms[type] = &registry.histogram(name, help, {{"type", std::string{domain::to_string(type)}}}, buckets());
  }
  return histograms;
}

void observe(const std::map<domain::OrderType, metrics::Histogram*>& histograms, domain::OrderType type, Seconds time) {
  const auto found = histograms.find(type);
  if (found != histograms.end()) found->second->observe(time.count());
}

}  // namespace

KitchenMetrics::KitchenMetrics(metrics::Registry& registry, const StationWork& work)
    : cook_(by_type(registry, work, "pizza_order_cook_seconds", "From the start of work at this station to its end")),
      online_(registry.gauge("pizza_worker_online", "1 while this worker is registered")) {
  for (const auto& [step, outcome, step_name, outcome_name] : kSteps) {
    steps_[{step, outcome}] = &registry.counter("pizza_kitchen_steps_total", "Steps of orders, by how they ended",
                                                {{"step", step_name}, {"outcome", outcome_name}});
  }
  for (const auto& [cause, reason] : kCauses) {
    dead_letters_[cause] =
        &registry.counter("pizza_dead_letters_total", "Messages sent to the dead letters", {{"reason", reason}});
  }
  if (work.station == domain::Station::cook) {
    wait_ = by_type(registry, work, "pizza_order_wait_seconds", "From an order's arrival to the start of cooking");
  }
  if (work.route.finished(work.station) == domain::OrderStatus::ready) {
    total_ = by_type(registry, work, "pizza_order_total_seconds", "From an order's arrival until it is ready");
  }
}

void KitchenMetrics::stepped(Step step, Outcome outcome, std::size_t orders) {
  const auto found = steps_.find({step, outcome});
  if (found != steps_.end()) found->second->increment(static_cast<double>(orders));
}

void KitchenMetrics::waited(domain::OrderType type, std::chrono::milliseconds time) { observe(wait_, type, time); }

void KitchenMetrics::passed(const Finished& order) {
  if (order.worked) observe(cook_, order.type, *order.worked);
  if (order.in_all) observe(total_, order.type, *order.in_all);
}

void KitchenMetrics::dead_letter(DeadLetterCause cause) { dead_letters_.at(cause)->increment(); }

}  // namespace pizza::kitchen
