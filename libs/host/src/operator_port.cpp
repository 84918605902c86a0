#include "host/operator_port.hpp"

#include <utility>

namespace pizza::host {

std::unique_ptr<http::Server> start_operator_port(Context& context, std::uint16_t port,
                                                  std::vector<http::Dependency> dependencies,
                                                  const metrics::Registry& registry) {
  if (port == 0) return nullptr;
  http::Router router;
  http::add_health_routes(router, std::move(dependencies));
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
