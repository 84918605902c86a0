#include "http/operator_endpoints.hpp"

#include <memory>
#include <utility>

#include "json/writer.hpp"

namespace pizza::http {
namespace {

Response readiness(const std::vector<Dependency>& dependencies) {
  json::Writer states;
  bool ready = true;
  states.object();
  for (const auto& dependency : dependencies) {
    const bool there = dependency.check();
    ready = ready && there;
    states.key(dependency.name).value(there ? "ok" : "unavailable");
  }
  states.end_object();

  json::Writer body;
  body.object().key("status").value(ready ? "ok" : "unavailable").key("dependencies").raw(states.view()).end_object();
  return {.status = ready ? 200 : 503, .body = body.take()};
}

}  // namespace

void add_health_routes(Router& router, std::vector<Dependency> dependencies) {
  router.add("GET", "/livez", [](const Request&) { return Response{.body = R"({"status":"ok"})"}; });
  router.add("GET", "/readyz",
             [dependencies = std::move(dependencies)](const Request&) { return readiness(dependencies); });
}

void add_metrics_route(Router& router, std::function<std::string()> render) {
  router.add("GET", "/metrics", [render = std::move(render)](const Request&) {
    return Response{.body = render(), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
  });
}

}  // namespace pizza::http
