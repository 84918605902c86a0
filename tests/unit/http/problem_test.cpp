#include <catch2/catch.hpp>

#include "http/message.hpp"
#include "http/operator_endpoints.hpp"
#include "json/reader.hpp"

using namespace pizza;

namespace {

std::string member(const json::Value& document, std::string_view key) {
  const auto* value = document.find(key);
  if (value == nullptr) return "(none)";
  return value->string() != nullptr ? *value->string() : value->number()->text;
}

}  // namespace

TEST_CASE("a problem document has the members of RFC 9457 and ours") {
  const auto response =
      http::problem_response({.status = 400,
                              .error = "validation_failed",
                              .detail = "2 faults",
                              .errors = {{"items[1].price", "must be between 0.01 and 999.99"}, {"a\"b", "c\\d"}}},
                             "req-1");
  CHECK(response.status == 400);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.headers.empty());

  const auto document = json::read(response.body);
  REQUIRE(document);
  CHECK(member(*document, "type") == "about:blank");
  CHECK(member(*document, "title") == "Bad Request");
  CHECK(member(*document, "status") == "400");
  CHECK(member(*document, "detail") == "2 faults");
  CHECK(member(*document, "error") == "validation_failed");
  CHECK(member(*document, "request_id") == "req-1");
  REQUIRE(document->find("errors") != nullptr);
  const auto& errors = *document->find("errors")->array();
  REQUIRE(errors.size() == 2);
  CHECK(member(errors[0], "field") == "items[1].price");
  CHECK(member(errors[0], "message") == "must be between 0.01 and 999.99");
  CHECK(response.body.find(R"("field":"a\"b","message":"c\\d")") != std::string::npos);
}

TEST_CASE("a problem without field faults has no list of them") {
  const auto response = http::problem_response({.status = 404, .error = "not_found", .detail = "no such order"}, "r");
  const auto document = json::read(response.body);
  REQUIRE(document);
  CHECK(document->find("errors") == nullptr);
  CHECK(member(*document, "title") == "Not Found");
}

TEST_CASE("a problem may say more in members of its own") {
  const auto response = http::problem_response(
      {.status = 409, .error = "illegal_transition", .members = {{"current_status", "cook\"ing"}}}, "r");
  const auto document = json::read(response.body);
  REQUIRE(document);
  CHECK(member(*document, "current_status") == "cook\"ing");
  CHECK(member(*document, "request_id") == "r");
}

TEST_CASE("a problem that passes by itself says when to come back") {
  const auto response = http::problem_response({.status = 503, .error = "overloaded", .retry_after_seconds = 3}, "r");
  REQUIRE(response.headers.size() == 1);
  CHECK(response.headers[0] == std::pair<std::string, std::string>{"Retry-After", "3"});
}

TEST_CASE("readiness names each dependency and is 503 while one is missing") {
  http::DependencyState broker{"unavailable", false};
  std::string phase = "ok";
  http::Router router;
  http::add_health_routes(router, {.parts = [] { return std::vector<std::pair<std::string, std::string_view>>{}; },
                                   .phase = [&] { return std::string_view{phase}; },
                                   .dependencies = {{"database", [] { return http::DependencyState{"ok", true}; }},
                                                    {"rabbitmq", [&] { return broker; }}}});
  const auto ready = [&] { return (*router.match("GET", "/readyz").handler)({}); };

  CHECK(ready().status == 503);
  CHECK(ready().body == R"({"status":"unavailable","dependencies":{"database":"ok","rabbitmq":"unavailable"}})");
  broker = {"ok", true};
  CHECK(ready().status == 200);
  CHECK(ready().body == R"({"status":"ok","dependencies":{"database":"ok","rabbitmq":"ok"}})");
  broker = {"blocked", true};
  CHECK(ready().status == 200);
  CHECK(ready().body == R"({"status":"ok","dependencies":{"database":"ok","rabbitmq":"blocked"}})");
  phase = "stopping";
  CHECK(ready().status == 503);
  CHECK(ready().body == R"({"status":"stopping","dependencies":{"database":"ok","rabbitmq":"blocked"}})");
}

TEST_CASE("liveness names each part and is 503 while one is stuck") {
  std::vector<std::pair<std::string, std::string_view>> parts{{"http", "ok"}, {"consumer", "ok"}};
  http::Router router;
  http::add_health_routes(
      router, {.parts = [&] { return parts; }, .phase = [] { return std::string_view{"ok"}; }, .dependencies = {}});
  const auto alive = [&] { return (*router.match("GET", "/livez").handler)({}); };
  CHECK(alive().status == 200);
  CHECK(alive().body == R"({"status":"ok","parts":{"http":"ok","consumer":"ok"}})");
  parts[1].second = "stuck";
  CHECK(alive().status == 503);
  CHECK(alive().body == R"({"status":"stuck","parts":{"http":"ok","consumer":"stuck"}})");
}

TEST_CASE("metrics are rendered anew at every request, as Prometheus text") {
  int renderings = 0;
  http::Router router;
  http::add_metrics_route(router, [&] { return "renderings " + std::to_string(++renderings); });
  const auto& metrics = *router.match("GET", "/metrics").handler;
  CHECK(metrics({}).body == "renderings 1");
  CHECK(metrics({}).body == "renderings 2");
  CHECK(metrics({}).content_type == "text/plain; version=0.0.4; charset=utf-8");
}
