#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "metrics/registry.hpp"
#include "raw_client.hpp"
#include "support/eventually.hpp"
#include "test_server.hpp"

using namespace pizza;
using namespace std::chrono_literals;
using test::ask;
using test::get;
using test::post;
using test::RawClient;

namespace {

/// A request is counted once its answer is handed over: its client may be quicker.
bool shows(const metrics::Registry& registry, const std::string& line) {
  return test::eventually(core::after(10s),
                          [&] { return registry.render().find("\n" + line + "\n") != std::string::npos; });
}

bool counted(const metrics::Registry& registry, const std::string& method, const std::string& route,
             const std::string& status, int times) {
  return shows(registry,
               fmt::format(R"(pizza_http_request_duration_seconds_count{{method="{}",route="{}",status="{}"}} {})",
                           method, route, status, times));
}

bool refused(const metrics::Registry& registry, const std::string& reason, int times) {
  return shows(registry, fmt::format(R"(pizza_http_requests_refused_total{{reason="{}"}} {})", reason, times));
}

}  // namespace

TEST_CASE("requests are counted by method, pattern and status") {
  metrics::Registry registry;
  test::TestServer server({.metrics = &registry});
  const auto port = server.port();
  CHECK(counted(registry, "GET", "/ok", "200", 0));  // from the start
  for (int i = 0; i < 3; ++i) CHECK(ask(port, get("/ok")).status == 200);
  CHECK(ask(port, get("/items/a")).status == 200);
  CHECK(ask(port, get("/items/b")).status == 200);
  CHECK(ask(port, get("/throw")).status == 500);
  CHECK(ask(port, post("Content-Length: 0\r\n")).status == 400);
  CHECK(ask(port, "DELETE /ok HTTP/1.1\r\nHost: a\r\n\r\n").status == 405);
  CHECK(counted(registry, "GET", "/ok", "200", 3));
  CHECK(counted(registry, "GET", "/items/{name}", "200", 2));
  CHECK(counted(registry, "GET", "/throw", "500", 1));
  CHECK(counted(registry, "POST", "/echo", "400", 1));
  CHECK(counted(registry, "DELETE", "/ok", "405", 1));
}

TEST_CASE("what clients make up becomes no label") {
  metrics::Registry registry;
  test::TestServer server({.metrics = &registry});
  constexpr int kTimes = 50;
  for (int i = 0; i < kTimes; ++i) {
    ask(server.port(), get(fmt::format("/nowhere/{}", i)));
    ask(server.port(), get(fmt::format("/items/name-{}", i)));
    ask(server.port(), fmt::format("VERB{} /ok HTTP/1.1\r\nHost: a\r\n\r\n", i));
    ask(server.port(), fmt::format("VERB{} /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", i));
  }
  CHECK(counted(registry, "GET", "other", "404", kTimes));
  CHECK(counted(registry, "GET", "/items/{name}", "200", kTimes));
  CHECK(counted(registry, "OTHER", "/ok", "405", kTimes));
  CHECK(counted(registry, "OTHER", "other", "404", kTimes));
  const auto text = registry.render();
  for (const auto* made_up : {"VERB", "nowhere", "name-"}) CHECK(text.find(made_up) == std::string::npos);
}

TEST_CASE("what the server refuses to read is counted by its reason and is no request") {
  metrics::Registry registry;
  test::TestServer server({.max_body = 100,
                           .max_header_section = 200,
                           .max_uri = 50,
                           .header_deadline = 50ms,
                           .body_deadline = 50ms,
                           .metrics = &registry});
  const auto port = server.port();
  CHECK(refused(registry, "overloaded", 0));  // from the start
  CHECK(ask(port, "nonsense\r\n\r\n").status == 400);
  CHECK(ask(port, post("Content-Length: 101\r\n", std::string(101, 'x'))).status == 413);
  CHECK(ask(port, get("/" + std::string(60, 'x'))).status == 414);
  CHECK(ask(port, get("/ok", "X-A: " + std::string(300, 'x') + "\r\n")).status == 431);
  CHECK(ask(port, "GET /ok HTTP/1.1\r\n").status == 408);
  CHECK(ask(port, post("Content-Length: 10\r\n", "12345")).status == 408);
  CHECK(refused(registry, "bad_request", 1));
  CHECK(refused(registry, "payload_too_large", 1));
  CHECK(refused(registry, "uri_too_long", 1));
  CHECK(refused(registry, "headers_too_large", 1));
  CHECK(refused(registry, "request_timeout", 2));
  CHECK(registry.render().find(R"(status="408")") == std::string::npos);
}

TEST_CASE("connections and requests in flight are seen, and those there was no room for") {
  metrics::Registry registry;
  test::TestServer server({.max_threads = 1, .max_queue = 1, .metrics = &registry});
  std::vector<RawClient> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/wait"));
    if (i == 0) REQUIRE(server.gate().wait_for_arrivals(1));
  }
  CHECK(shows(registry, "pizza_http_requests_in_flight 2"));
  RawClient unlucky(server.port());
  unlucky.send(get("/wait"));
  CHECK(unlucky.response().status == 503);
  CHECK(shows(registry, "pizza_http_connections 3"));
  CHECK(refused(registry, "overloaded", 1));
  CHECK(counted(registry, "GET", "/wait", "503", 1));
  server.gate().open();
  for (auto& client : clients) CHECK(client.response().status == 200);
  CHECK(shows(registry, "pizza_http_requests_in_flight 0"));
  CHECK(counted(registry, "GET", "/wait", "200", 2));
  clients.clear();
  CHECK(shows(registry, "pizza_http_connections 1"));
}
