#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace pizza::metrics {

/// Label names and values. Values come from a small fixed set (statuses, routes, statement names); never a number, a
/// name or an id from outside, since every combination lives as long as the process.
using Labels = std::map<std::string, std::string>;

/// Something that only grows. Thread-safe, a few nanoseconds.
class Counter {
 public:
  explicit Counter(prometheus::Counter& metric) : metric_(metric) {}
  void increment(double by = 1);

 private:
  prometheus::Counter& metric_;
};

/// Something that goes up and down. Thread-safe.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& metric) : metric_(metric) {}
  void set(double value);
  /// Adds; a negative `by` subtracts.
  void increment(double by = 1);

 private:
  prometheus::Gauge& metric_;
};

/// A distribution; times are in seconds. Thread-safe.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& metric) : metric_(metric) {}
  void observe(double value);

 private:
  prometheus::Histogram& metric_;
};

/// 1 ms to 10 s, for histograms of times.
std::vector<double> latency_buckets();

/// All metrics of a process. Asking again for the same name and labels gives the same metric; references live as long
/// as the registry. Thread-safe, but a lookup takes a lock: keep the reference. A name that Prometheus does not allow,
/// or that another kind of metric has, throws std::invalid_argument.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                       const std::vector<double>& buckets = latency_buckets());

  /// A metric whose value is asked for whenever it is rendered. `read` is cheap, thread-safe and does not throw, and
  /// lives as long as anybody renders. Each name and labels once.
  void counter_of(const std::string& name, const std::string& help, std::function<double()> read,
                  const Labels& labels = {});
  void gauge_of(const std::string& name, const std::string& help, std::function<double()> read,
                const Labels& labels = {});

  /// The body of `GET /metrics`: Prometheus text format 0.0.4.
  std::string render() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pizza::metrics
