#include "http/operator_endpoints.hpp"

#include <utility>

#include "json/writer.hpp"

namespace pizza::http {
namespace {

constexpr std::string_view kOk = "ok";

Response answer(std::string_view status, std::string_view group, const json::Writer& members) {
  json::Writer body;
  body.object().key("status").value(status).key(group).raw(members.view()).end_object();
  return {.status = status == kOk ? 200 : 503, .body = body.take()};
}

Response liveness(const HealthSource& source) {
  json::Writer states;
  bool alive = true;
  states.object();
  for (const auto& [name, word] : source.parts()) {
    alive = alive && word == kOk;
    states.key(name).value(word);
  }
  states.end_object();
  return answer(alive ? kOk : "stuck", "parts", states);
}

Response readiness(const HealthSource& source) {
  json::Writer states;
  bool ready = true;
  states.object();
  for (const auto& dependency : source.dependencies) {
    const auto state = dependency.check();
    ready = ready && state.ready;
    states.key(dependency.name).value(state.word);
  }
  states.end_object();
  const auto phase = source.phase();
  return answer(phase != kOk ? phase : ready ? kOk : "unavailable", "dependencies", states);
}

}  // namespace

void add_health_routes(Router& router, HealthSource source) {
  router.add("GET", "/livez", [source](const Request&) { return liveness(source); });
  router.add("GET", "/readyz", [source = std::move(source)](const Request&) { return readiness(source); });
}

void add_metrics_route(Router& router, std::function<std::string()> render) {
  router.add("GET", "/metrics", [render = std::move(render)](const Request&) {
    return Response{.body = render(), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
  });
}

}  // namespace pizza::http
