#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.hpp"
#include "metrics/registry.hpp"

namespace pizza::http {

/// What a server counts (docs/metrics.md). Labels come from its routes and from fixed sets, never from a client, so
/// their number is bounded. Each histogram is looked up once, then found without a lock. Thread-safe.
class Traffic {
 public:
  /// `registry` null: counts nothing.
  Traffic(metrics::Registry* registry, const Router& router);

  /// A request whose head was read was answered; `took` from when all of it was there until its answer was handed over.
  void answered(std::size_t route, std::string_view method, int status, std::chrono::steady_clock::duration took);
  /// The server refused to read on, or to let a request in; `reason` is a word of refusals.hpp.
  void refused(std::string_view reason);
  /// `in_flight` of them have a request that is with a handler, or waits for one.
  void connections(std::size_t open, std::size_t in_flight);

 private:
  static constexpr std::size_t kMethods = 8;
  static constexpr std::size_t kStatuses = 20;
  using Cell = std::atomic<metrics::Histogram*>;
  using Row = std::array<std::array<Cell, kStatuses>, kMethods>;

  metrics::Histogram& look_up(std::size_t row, std::size_t method, std::size_t status);

  metrics::Registry* const registry_;
  std::vector<std::string> patterns_;  // of the router's routes; the last: of paths that no route fits
  std::vector<Row> durations_;         // by route, method, status
  std::vector<std::pair<std::string, metrics::Counter*>> refused_;
  metrics::Gauge* connections_ = nullptr;
  metrics::Gauge* in_flight_ = nullptr;
};

}  // namespace pizza::http
