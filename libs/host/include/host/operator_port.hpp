#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/program.hpp"
#include "http/operator_endpoints.hpp"
#include "http/server.hpp"
#include "metrics/registry.hpp"

namespace pizza::host {

/// Serves `/livez`, `/readyz` and `/metrics` on a port of their own (CONTRACT §2, "every service"), so that overload of
/// the main port cannot hide them. Null when `port` is 0.
std::unique_ptr<http::Server> start_operator_port(Context& context, std::uint16_t port,
                                                  std::vector<http::Dependency> dependencies,
                                                  const metrics::Registry& registry);

}  // namespace pizza::host
