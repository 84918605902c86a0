#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.hpp"

namespace pizza::http {

/// How a dependency is, in a word (`ok`, `unavailable`, `blocked`), and whether the service does its job with it so.
struct DependencyState {
  std::string_view word;
  bool ready = false;
};

/// One thing that must work for the service to do its job; `check` is cheap, thread-safe, and neither blocks nor
/// throws.
struct Dependency {
  std::string name;  ///< `database`, `rabbitmq`
  std::function<DependencyState()> check;
};

/// Where the health routes get their answers. The functions are as `Dependency::check`.
struct HealthSource {
  /// The parts of the process, each `ok` or what ails it.
  std::function<std::vector<std::pair<std::string, std::string_view>>()> parts;
  /// `ok` while it serves; else `starting`, `stopping`.
  std::function<std::string_view()> phase;
  std::vector<Dependency> dependencies;
};

/// Adds `GET /livez` and `GET /readyz`, 200 or 503, each with names:
/// `{"status":"stuck","parts":{"http":"ok","consumer":"stuck"}}`;
/// `{"status":"unavailable","dependencies":{"database":"ok","rabbitmq":"unavailable"}}`, where the status is `ok`,
/// `unavailable`, or the phase.
void add_health_routes(Router& router, HealthSource source);
/// Adds `GET /metrics`; `render` returns Prometheus text.
void add_metrics_route(Router& router, std::function<std::string()> render);

}  // namespace pizza::http
