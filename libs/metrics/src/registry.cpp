#include "metrics/registry.hpp"

#include <mutex>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace pizza::metrics {
namespace {

/// The wrappers of one kind by what they wrap; a map, so that they stay where they are.
template <class Wrapper, class Metric>
Wrapper& wrapped(std::map<const Metric*, Wrapper>& known, Metric& metric) {
  return known.try_emplace(&metric, metric).first->second;
}

}  // namespace

struct Registry::State {
  std::mutex mutex;
  prometheus::Registry registry;
  std::map<const prometheus::Counter*, Counter> counters;
  std::map<const prometheus::Gauge*, Gauge> gauges;
  std::map<const prometheus::Histogram*, Histogram> histograms;
};

void Counter::increment(double by) { metric_.Increment(by); }
void Gauge::set(double value) { metric_.Set(value); }
void Gauge::increment(double by) { metric_.Increment(by); }
void Histogram::observe(double value) { metric_.Observe(value); }

std::vector<double> latency_buckets() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(state_->mutex);
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
  return wrapped(state_->counters, family.Add(labels));
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(state_->mutex);
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
  return wrapped(state_->gauges, family.Add(labels));
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, const Labels& labels,
                               const std::vector<double>& buckets) {
  const std::lock_guard lock(state_->mutex);
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
  return wrapped(state_->histograms, family.Add(labels, buckets));
}

std::string Registry::render() const { return prometheus::TextSerializer{}.Serialize(state_->registry.Collect()); }

}  // namespace pizza::metrics
