#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/router.hpp"

namespace pizza::http {

/// One thing that must work for the service to do its job; `check` is cheap, thread-safe and does not throw.
struct Dependency {
  std::string name;  ///< `database`, `rabbitmq`
  std::function<bool()> check;
};

/// Adds `GET /livez` (200 `{"status":"ok"}`) and `GET /readyz`: 200, or 503 while a dependency is missing, each by
/// name:
/// `{"status":"unavailable","dependencies":{"database":"ok","rabbitmq":"unavailable"}}`.
void add_health_routes(Router& router, std::vector<Dependency> dependencies);
/// Adds `GET /metrics`; `render` returns Prometheus text.
void add_metrics_route(Router& router, std::function<std::string()> render);

}  // namespace pizza::http
