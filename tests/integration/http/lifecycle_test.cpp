#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "http/client.hpp"
#include "raw_client.hpp"
#include "support/eventually.hpp"
#include "support/patience.hpp"
#include "test_server.hpp"

using namespace pizza;
using namespace std::chrono_literals;
using test::ask;
using test::eventually;
using test::get;
using test::post;
using test::RawClient;

using Clock = std::chrono::steady_clock;

TEST_CASE("a port in use is refused by name, also when the other server allows sharing its address") {
  test::TestServer server;
  logging::Logger log({.service = "http-test"});
  http::Server second({.address = "127.0.0.1", .port = server.port()}, {}, log);
  try {
    second.start();
    FAIL("two servers listen on one port");
  } catch (const http::BindError& error) {
    CHECK(std::string(error.what()).find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
  }
  http::Server nowhere({.address = "192.0.2.1"}, {}, log);
  CHECK_THROWS_AS(nowhere.start(), http::BindError);
  http::Server nonsense({.address = "no such address"}, {}, log);
  CHECK_THROWS_AS(nonsense.start(), http::BindError);
}

TEST_CASE("a port can be bound again at once after a stop") {
  std::uint16_t port = 0;
  {
    test::TestServer server;
    port = server.port();
    CHECK(ask(port, get("/ok", "Connection: close\r\n")).status == 200);
  }
  test::TestServer again({.port = port});
  CHECK(ask(port, get("/ok")).status == 200);
}

TEST_CASE("requests past threads and queue are answered 503 at once, and the connection goes on") {
  test::TestServer server({.max_threads = 2, .max_queue = 3});
  std::vector<RawClient> clients;
  for (int i = 0; i < 5; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/wait"));
    if (i < 2) REQUIRE(server.gate().wait_for_arrivals(i + 1));
  }
  RawClient refused(server.port());
  test::RawResponse response;
  const auto start = Clock::now();
  do {  // the five may still be on their way
    refused.send(get("/throw"));
    response = refused.response();
  } while (response.status != 503 && Clock::now() - start < 100ms && response.status != 0);
  CHECK(response.status == 503);
  CHECK(response.header("Retry-After") == "1");
  CHECK(response.body.find("overloaded") != std::string::npos);
  server.gate().open();
  for (auto& client : clients) CHECK(client.response().body == "waited");
  refused.send(get("/ok"));
  CHECK(refused.response().status == 200);
}

TEST_CASE("requests that come at once while one thread is idle do not wait for each other") {
  for (int attempt = 0; attempt < 20; ++attempt) {
    test::TestServer server({.max_threads = 8});
    std::vector<RawClient> clients;
    for (int i = 0; i < 6; ++i) clients.emplace_back(server.port());
    clients.front().send(get("/ok"));
    REQUIRE(clients.front().response().status == 200);  // its thread is idle now
    for (auto& client : clients) client.send(get("/wait"));
    REQUIRE(server.gate().wait_for_arrivals(6));
    server.gate().open();
    for (auto& client : clients) CHECK(client.response().body == "waited");
  }
}

TEST_CASE("the handlers' pulse stops while requests wait for threads that all block; the loop's goes on") {
  core::Pulse loop;
  core::Pulse handlers;
  test::TestServer server({.max_threads = 1, .loop_pulse = &loop, .handler_pulse = &handlers});
  CHECK(handlers.resting());
  RawClient blocking(server.port());
  blocking.send(get("/wait"));
  REQUIRE(server.gate().wait_for_arrivals(1));
  CHECK(handlers.resting());  // nobody waits
  RawClient waiting(server.port());
  waiting.send(get("/ok"));
  const auto until = Clock::now() + 10s;
  while (handlers.resting() && Clock::now() < until) std::this_thread::yield();
  CHECK_FALSE(handlers.resting());
  const auto before = handlers.beats();
  for (const auto end = loop.beats() + 3; loop.beats() < end && Clock::now() < until;) std::this_thread::yield();
  CHECK(Clock::now() < until);
  CHECK(handlers.beats() == before);
  server.gate().open();
  CHECK(waiting.response().status == 200);
  CHECK(handlers.resting());
  server->stop(Clock::now() + 5s);
  CHECK(loop.resting());
}

TEST_CASE("handlers run at the same time, up to the number of threads") {
  test::TestServer server({.max_threads = 8});
  std::vector<RawClient> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/wait"));
  }
  CHECK(server.gate().wait_for_arrivals(8));
  server.gate().open();
  for (auto& client : clients) CHECK(client.response().body == "waited");
}

TEST_CASE("no request is forgotten, however threads and loop hand it over") {
  test::TestServer server({.max_threads = 4, .max_queue = 1000});
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      RawClient client(server.port());
      for (int i = 0; i < 2000; ++i) {
        client.send(get("/ok"));
        if (client.response().status == 200) ++answered;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(answered == 16'000);
}

TEST_CASE("stop answers what was received, tells who comes later to come again, and closes what is idle") {
  test::TestServer server;
  RawClient in_flight(server.port());
  in_flight.send(get("/wait") + get("/items/after"));
  RawClient idle(server.port());
  idle.send(get("/ok"));
  REQUIRE(idle.response().status == 200);
  RawClient half(server.port());
  half.send("GET /ok HTTP/1.1\r\n");
  REQUIRE(server.gate().wait_for_arrivals(1));

  const auto start = Clock::now();
  auto stopped = std::async(std::launch::async, [&] { server->stop(Clock::now() + 20s); });
  CHECK(idle.closed_by_server());
  const auto is_refused = [](RawClient& client) {
    const auto answer = client.response();
    CHECK(answer.header("Connection") == "close");
    CHECK(client.closed_by_server());
    if (answer.status == 503) CHECK(answer.header("Retry-After") == "1");
    return answer.status == 503;
  };
  // Who comes before the loop has begun to stop is served, and need not know.
  CHECK(eventually(core::after(10s), [&] {
    RawClient late(server.port());
    late.send(get("/ok"));
    return is_refused(late);
  }));
  half.send("Host: x\r\n\r\n");
  CHECK(is_refused(half));
  CHECK(stopped.wait_for(0s) == std::future_status::timeout);
  server.gate().open();
  const auto response = in_flight.response();
  CHECK(response.body == "waited");
  CHECK(in_flight.closed_by_server());
  stopped.get();
  CHECK_THROWS_AS(RawClient(server.port()), std::system_error);
  CHECK(Clock::now() - start < 10s);
  server->stop(Clock::now());  // again: nothing happens
}

TEST_CASE("a server that drains serves on, each time for the last time on a connection") {
  test::TestServer server;
  RawClient old(server.port());
  old.send(get("/ok"));
  const auto before = old.response();
  CHECK(before.status == 200);
  CHECK(before.header("Connection") != "close");
  server->drain();
  RawClient fresh(server.port());
  for (auto* client : {&old, &fresh}) {
    CHECK(client->still_open());
    client->send(get("/ok"));
    const auto response = client->response();
    CHECK(response.status == 200);
    CHECK(response.header("Connection") == "close");
    CHECK(client->closed_by_server());
  }
}

TEST_CASE("a connection without a request does not hold up a stop") {
  test::TestServer server;
  RawClient silent(server.port());
  RawClient begun(server.port());
  begun.send("GET /ok HTTP/1.1\r\n");
  const auto start = Clock::now();
  server->stop(start + 60s);
  CHECK(Clock::now() - start < 10s);
  CHECK(silent.closed_by_server());
}

TEST_CASE("stop answers a request that lies in the socket unread") {
  for (int i = 0; i < 50; ++i) {
    test::TestServer server;
    auto client = std::make_optional<RawClient>(server.port());
    client->send(get("/ok"));
    auto stopped = std::async(std::launch::async, [&] { server->stop(Clock::now() + 5s); });
    REQUIRE(client->response().status == 200);
    client.reset();
    stopped.get();
  }
}

TEST_CASE("stop returns by its deadline, with the sockets shut, when a handler does not") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(get("/wait"));
  REQUIRE(server.gate().wait_for_arrivals(1));
  const auto start = Clock::now();
  server->stop(start + 200ms);
  CHECK(Clock::now() - start >= 190ms);
  CHECK(Clock::now() - start < test::patient(3s));
  CHECK(client.response().status == 0);
}

TEST_CASE("the client speaks to the server over one connection") {
  test::TestServer server({.max_connections = 1});
  http::Client client("127.0.0.1", server.port(), 2s);
  for (int i = 0; i < 10; ++i) {
    const auto response =
        client.send("POST", "/echo", "hello", {{"Content-Type", "text/plain"}, {"X-Request-ID", "r-1"}});
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == "hello");
    CHECK(response->content_type == "text/plain");
    CHECK(std::ranges::count(response->headers, std::pair<std::string, std::string>{"x-request-id", "r-1"}) == 1);
  }
  CHECK(client.send("GET", "/items/a%2Fb?x=1")->body == "a/b");
  CHECK(client.send("HEAD", "/ok")->body.empty());
  CHECK(client.send("DELETE", "/ok")->status == 405);
  CHECK(client.send("POST", "/echo")->status == 400);
  CHECK(client.send("POST", "/echo", std::string(100'000, 'a'))->status == 413);
}

TEST_CASE("the client says when no complete response came, and comes back with the server") {
  http::Client nobody("127.0.0.1", 1, 1s);
  CHECK(!nobody.send("GET", "/ok"));

  std::uint16_t port = 0;
  {
    test::TestServer server;
    port = server.port();
    http::Client impatient("127.0.0.1", port, 100ms);
    const auto start = Clock::now();
    CHECK(!impatient.send("GET", "/wait"));
    CHECK(Clock::now() - start < test::patient(3s));
  }
  http::Client client("127.0.0.1", port, 2s);
  for (int i = 0; i < 2; ++i) {
    test::TestServer server({.port = port});
    const auto response = client.send("GET", "/ok");
    REQUIRE(response);
    CHECK(response->status == 200);
  }
}
