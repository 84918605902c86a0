#include "host/operator_port.hpp"

#include <string_view>
#include <utility>

namespace pizza::host {
namespace {

constexpr std::string_view kOk = "ok";

std::string_view to_word(Health::Phase phase) {
  switch (phase) {
    case Health::Phase::starting:
      return "starting";
    case Health::Phase::serving:
      return kOk;
    case Health::Phase::stopping:
      return "stopping";
  }
  return {};
}

/// It is there although the service may not be ready (it is blocked), and it is not although the service does without.
void add_gauge(metrics::Registry& registry, const http::Dependency& dependency) {
  const auto is_up = [check = dependency.check] {
    const auto word = check().word;
    return word == kOk || word == "blocked" ? 1.0 : 0.0;
  };
  registry.gauge_of("pizza_dependency_up", "1 while the server is there, as /readyz sees it", is_up,
                    {{"dependency", dependency.name}});
}

}  // namespace

void add_health_routes(http::Router& router, Context& context, std::vector<http::Dependency> dependencies) {
  http::add_health_routes(router, {.parts =
                                       [&health = context.health] {
                                         std::vector<std::pair<std::string, std::string_view>> parts;
                                         for (auto& part : health.vitals().parts()) {
                                           parts.emplace_back(std::move(part.name), part.stuck ? "stuck" : kOk);
                                         }
                                         return parts;
                                       },
                                   .phase = [&health = context.health] { return to_word(health.phase()); },
                                   .dependencies = std::move(dependencies)});
}

std::unique_ptr<http::Server> start_operator_port(Context& context, std::uint16_t port,
                                                  std::vector<http::Dependency> dependencies,
                                                  metrics::Registry& registry) {
  if (port == 0) return nullptr;
  for (const auto& dependency : dependencies) add_gauge(registry, dependency);
  http::Router router;
  add_health_routes(router, context, std::move(dependencies));
  http::add_metrics_route(router, [&registry] { return registry.render(); });
  http::ServerOptions options;
  options.address = context.settings.admin_address;
  options.port = port;
  options.max_threads = 2;
  options.max_connections = 100;
  auto server = std::make_unique<http::Server>(std::move(options), std::move(router), context.log);
  server->start();
  return server;
}

}  // namespace pizza::host
