#include "http/router.hpp"

#include <catch2/catch.hpp>

using pizza::http::Request;
using pizza::http::Response;
using pizza::http::Router;

namespace {

/// A handler that says which one it is.
pizza::http::Handler named(const std::string& name) {
  return [name](const Request&) { return Response{.body = name}; };
}

std::string answer(const Router& router, std::string_view method, std::string_view path) {
  const auto match = router.match(method, path);
  return match.handler == nullptr ? "none" : (*match.handler)({}).body;
}

Router orders() {
  Router router;
  router.add("GET", "/orders/{number}", named("one"));
  router.add("GET", "/orders", named("list"));
  router.add("POST", "/orders", named("create"));
  router.add("GET", "/orders/{number}/status", named("status"));
  router.add("GET", "/orders/latest", named("latest"));
  return router;
}

}  // namespace

TEST_CASE("a path is matched segment by segment") {
  const auto router = orders();
  CHECK(answer(router, "GET", "/orders") == "list");
  CHECK(answer(router, "POST", "/orders") == "create");
  CHECK(answer(router, "GET", "/orders/ORD_20241216_001") == "one");
  CHECK(answer(router, "GET", "/orders/ORD_20241216_001/status") == "status");
  for (const auto* path : {"", "/", "orders", "/orders/", "//orders", "/order", "/orders/a/b", "/orders//status",
                           "/orders/a/status/", "/ORDERS", "*"}) {
    INFO(path);
    CHECK(answer(router, "GET", path) == "none");
    CHECK(router.match("GET", path).allowed.empty());
  }
}

TEST_CASE("named segments become parameters, each decoded on its own") {
  const auto router = orders();
  CHECK(router.match("GET", "/orders/ORD_1").params == std::map<std::string, std::string>{{"number", "ORD_1"}});
  CHECK(router.match("GET", "/orders/a%2Fstatus").params.at("number") == "a/status");
  CHECK(router.match("GET", "/orders/%41%20b/status").params.at("number") == "A b");
  CHECK(answer(router, "GET", "/%6Frders") == "list");
  CHECK(answer(router, "GET", "/orders%2Fa") == "none");
  CHECK(answer(router, "GET", "/orders/%zz") == "none");
}

TEST_CASE("a literal segment goes before a named one, in whatever order they were added") {
  CHECK(answer(orders(), "GET", "/orders/latest") == "latest");
  Router router;
  router.add("GET", "/a/{x}/c", named("named"));
  router.add("GET", "/{y}/b/c", named("later"));
  router.add("GET", "/a/b/{z}", named("first"));
  CHECK(answer(router, "GET", "/a/b/c") == "first");
  CHECK(answer(router, "GET", "/a/x/c") == "named");
  CHECK(answer(router, "GET", "/x/b/c") == "later");
}

TEST_CASE("a known path with another method says what is allowed") {
  const auto router = orders();
  const auto match = router.match("DELETE", "/orders");
  CHECK(match.handler == nullptr);
  CHECK(match.allowed == "GET, HEAD, POST");
  CHECK(router.match("POST", "/orders/x").allowed == "GET, HEAD");
  CHECK(router.match("get", "/orders").allowed == "GET, HEAD, POST");
}

TEST_CASE("HEAD is answered by the handler of GET") {
  const auto router = orders();
  CHECK(answer(router, "HEAD", "/orders") == "list");
  Router only_post;
  only_post.add("POST", "/orders", named("create"));
  CHECK(answer(only_post, "HEAD", "/orders") == "none");
  CHECK(only_post.match("HEAD", "/orders").allowed == "POST");
}

TEST_CASE("a match says which route it is, by pattern and not by path") {
  const auto router = orders();
  const auto names = router.names();
  REQUIRE(names.size() == 5);
  const auto pattern = [&](std::string_view method, std::string_view path) {
    const auto route = router.match(method, path).route;
    return route == Router::kNoRoute ? "none" : names.at(route).method + " " + names.at(route).pattern;
  };
  CHECK(pattern("GET", "/orders/ORD_20241216_001/status") == "GET /orders/{number}/status");
  CHECK(pattern("POST", "/orders") == "POST /orders");
  CHECK(pattern("HEAD", "/orders/latest") == "GET /orders/latest");
  CHECK(pattern("PATCH", "/orders/x") == "GET /orders/{number}");
  CHECK(pattern("GET", "/elsewhere") == "none");
  CHECK(pattern("GET", "*") == "none");
}
