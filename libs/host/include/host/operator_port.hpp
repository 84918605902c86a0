#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/program.hpp"
#include "http/operator_endpoints.hpp"
#include "http/server.hpp"
#include "metrics/registry.hpp"

namespace pizza::host {

/// Adds `/livez`, which tells of `context.health`'s parts, and `/readyz`, which tells of its phase and `dependencies`.
void add_health_routes(http::Router& router, Context& context, std::vector<http::Dependency> dependencies);

/// Serves `/livez`, `/readyz` and `/metrics` on a port of their own (CONTRACT §2, "every service"), so that neither
/// overload nor a hanging main port can hide them. It is there from the beginning of a start to the end of a stop. Null
/// when `port` is 0. Each dependency is a `pizza_dependency_up` in `registry` too.
std::unique_ptr<http::Server> start_operator_port(Context& context, std::uint16_t port,
                                                  std::vector<http::Dependency> dependencies,
                                                  metrics::Registry& registry);

}  // namespace pizza::host
