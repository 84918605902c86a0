#include "metrics/registry.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <prometheus/check_names.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace pizza::metrics {
namespace {

/// The wrappers of one kind by what they wrap; a map, so that they stay where they are.
template <class Wrapper, class Metric>
Wrapper& wrapped(std::map<const Metric*, Wrapper>& known, Metric& metric) {
  return known.try_emplace(&metric, metric).first->second;
}

/// Metrics of one name that are read when they are rendered.
struct ReadFamily {
  struct Member {
    std::vector<prometheus::ClientMetric::Label> labels;
    std::function<double()> read;
  };
  std::string name;
  std::string help;
  prometheus::MetricType type = prometheus::MetricType::Gauge;
  std::vector<Member> members;

  prometheus::MetricFamily collect() const {
    prometheus::MetricFamily family{.name = name, .help = help, .type = type, .metric = {}};
    for (const auto& member : members) {
      auto& metric = family.metric.emplace_back();
      metric.label = member.labels;
      (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = member.read();
    }
    return family;
  }
};

std::vector<prometheus::ClientMetric::Label> checked(const Labels& labels) {
  std::vector<prometheus::ClientMetric::Label> result;
  for (const auto& [name, value] : labels) {
    if (!prometheus::CheckLabelName(name)) throw std::invalid_argument("not a name of a label: " + name);
    result.push_back({.name = name, .value = value});
  }
  return result;
}

}  // namespace

struct Registry::State {
  void add(prometheus::MetricType type, const std::string& name, const std::string& help, std::function<double()> read,
           const Labels& labels) {
    if (!prometheus::CheckMetricName(name)) throw std::invalid_argument("not a name of a metric: " + name);
    ReadFamily::Member member{.labels = checked(labels), .read = std::move(read)};
    const std::lock_guard lock(mutex);
    auto family = std::ranges::find(read_families, name, &ReadFamily::name);
    if (family == read_families.end()) {
      family = read_families.insert(family, {.name = name, .help = help, .type = type, .members = {}});
    }
    if (family->type != type) throw std::invalid_argument("a metric of another kind has the name " + name);
    family->members.push_back(std::move(member));
  }

  std::mutex mutex;
  prometheus::Registry registry;
  std::map<const prometheus::Counter*, Counter> counters;
  std::map<const prometheus::Gauge*, Gauge> gauges;
  std::map<const prometheus::Histogram*, Histogram> histograms;
  std::vector<ReadFamily> read_families;
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

void Registry::counter_of(const std::string& name, const std::string& help, std::function<double()> read,
                          const Labels& labels) {
  state_->add(prometheus::MetricType::Counter, name, help, std::move(read), labels);
}

void Registry::gauge_of(const std::string& name, const std::string& help, std::function<double()> read,
                        const Labels& labels) {
  state_->add(prometheus::MetricType::Gauge, name, help, std::move(read), labels);
}

std::string Registry::render() const {
  auto families = state_->registry.Collect();
  // A copy: nobody who looks a metric up waits for what is read here.
  const auto read_families = [this] {
    const std::lock_guard lock(state_->mutex);
    return state_->read_families;
  }();
  for (const auto& family : read_families) families.push_back(family.collect());
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace pizza::metrics
