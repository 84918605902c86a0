#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "raw_client.hpp"
#include "support/patience.hpp"
#include "test_server.hpp"

using namespace pizza;
using namespace std::chrono_literals;
using test::get;
using test::post;
using test::RawClient;

namespace {

using Clock = std::chrono::steady_clock;

/// What an honest client sees: `count` requests on one connection.
struct Experience {
  int errors = 0;
  Clock::duration median{};
  Clock::duration p99{};
};

Experience be_honest(std::uint16_t port, int count = 1000) {
  Experience experience;
  std::vector<Clock::duration> times;
  RawClient client(port);
  for (int i = 0; i < count; ++i) {
    const auto begin = Clock::now();
    client.send(post("Content-Length: 5\r\n", "hello"));
    if (client.response().body != "hello") ++experience.errors;
    times.push_back(Clock::now() - begin);
  }
  std::ranges::sort(times);
  experience.median = times[times.size() / 2];
  experience.p99 = times[times.size() * 99 / 100];
  return experience;
}

/// No errors, and not slower than before by more than the noise of a busy machine explains.
void check_unharmed(const Experience& before, const Experience& now) {
  CHECK(now.errors == 0);
  CHECK(now.median.count() < 5 * test::kSlowness * before.median.count());
  CHECK(now.p99 < std::max<Clock::duration>(10 * test::kSlowness * before.p99, test::patient(50ms)));
}

/// Connects until the server's backlog has room again.
RawClient connect_patiently(std::uint16_t port) {
  for (;;) {
    try {
      return RawClient(port);
    } catch (const std::system_error&) {
      std::this_thread::yield();
    }
  }
}

}  // namespace

TEST_CASE("a thousand idle connections slow nobody") {
  test::TestServer server;
  const auto before = be_honest(server.port());
  std::vector<RawClient> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(server.port());
    if (i % 2 == 0) idle.back().send(get("/ok"));
  }
  check_unharmed(before, be_honest(server.port()));
  // and they are all still welcome
  for (int i = 0; i < 1000; i += 2) REQUIRE(idle[static_cast<std::size_t>(i)].response().status == 200);
  idle.back().send(get("/ok"));
  CHECK(idle.back().response().status == 200);
}

TEST_CASE("two hundred clients that drip their requests byte by byte slow nobody") {
  test::TestServer server;
  const auto before = be_honest(server.port());
  const auto request = post("Content-Length: 1000\r\n", std::string(1000, 'a'));
  std::vector<RawClient> slow;
  for (int i = 0; i < 200; ++i) slow.emplace_back(server.port());
  std::atomic<bool> done{false};
  std::thread dripping([&] {
    for (std::size_t at = 0; !done && at < request.size() - 1; ++at) {
      for (const auto& client : slow) client.send(request.substr(at, 1));
      std::this_thread::sleep_for(1ms);  // a byte each at a time, all through what the honest do
    }
  });
  const auto meanwhile = be_honest(server.port());
  done = true;
  dripping.join();
  check_unharmed(before, meanwhile);
}

TEST_CASE("a request that does not arrive in time is 408, however busily its bytes drip") {
  test::TestServer server({.header_deadline = 300ms, .body_deadline = 300ms, .idle_timeout = 60'000ms});
  const auto drip = [&](const std::string& begin, const std::string& piece) {
    RawClient client(server.port());
    client.send(begin);
    const auto start = Clock::now();
    test::RawResponse response;
    while (response.status == 0 && Clock::now() - start < 5s) {
      client.send(piece);
      response = client.response(false, 20ms);
    }
    CHECK(response.status == 408);
    CHECK(response.body.find("request_timeout") != std::string::npos);
    CHECK(Clock::now() - start >= 200ms);
    CHECK(Clock::now() - start < test::patient(3s));
    CHECK(client.closed_by_server());
  };
  drip("GET /ok HTTP/1.1\r\n", "a:\r\n");
  drip(post("Content-Length: 60000\r\n"), "a");
  drip(post("Transfer-Encoding: chunked\r\n"), "1\r\na\r\n");
}

TEST_CASE("connections that ask for nothing are closed after their time, without a word") {
  test::TestServer server({.header_deadline = 100ms, .idle_timeout = 100ms});
  RawClient silent(server.port());
  CHECK(silent.response().status == 0);
  CHECK(silent.closed_by_server());
  RawClient idle(server.port());
  idle.send(get("/ok"));
  CHECK(idle.response().status == 200);
  CHECK(idle.response().status == 0);
  CHECK(idle.closed_by_server());
}

TEST_CASE("a client that does not take its answer is dropped, and slows nobody meanwhile") {
  test::TestServer server({.max_threads = 2, .write_deadline = 300ms});
  const auto before = be_honest(server.port());
  std::vector<RawClient> deaf;
  for (int i = 0; i < 10; ++i) {
    deaf.emplace_back(server.port());
    deaf.back().send(get("/big"));
  }
  check_unharmed(before, be_honest(server.port()));
  RawClient late(server.port());
  late.send(get("/big"));
  std::this_thread::sleep_for(1s);  // the client is the one that sleeps: past the deadline of writing
  CHECK(late.response().status == 0);
}

TEST_CASE("a big answer arrives whole at a client that takes it slowly") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(get("/big") + get("/items/next"));
  const auto response = client.response();
  CHECK(response.body.size() == test::TestServer::kBigBody);
  CHECK(client.response().body == "next");
}

TEST_CASE("bodies past the limit get their 4xx while the client still sends") {
  test::TestServer server;
  const auto before = be_honest(server.port());
  const std::string huge(3UL * 1024 * 1024, 'a');
  const auto start = Clock::now();
  for (int i = 0; i < 20; ++i) {
    RawClient sized(server.port());
    sized.send(post("Content-Length: " + std::to_string(huge.size()) + "\r\n", huge.substr(0, 60'000)));
    CHECK(sized.response().status == 413);
    RawClient chunked(server.port());
    chunked.send(post("Transfer-Encoding: chunked\r\n"));
    std::string chunk = "1000\r\n" + std::string(0x1000, 'a') + "\r\n";
    for (int j = 0; j < 17; ++j) chunked.send(chunk);
    CHECK(chunked.response().status == 413);
    RawClient bomb(server.port());
    bomb.send(post("Content-Encoding: gzip\r\nContent-Length: 500\r\n", std::string(500, '\x1f')));
    CHECK(bomb.response().status == 415);
  }
  CHECK(Clock::now() - start < 5s);
  check_unharmed(before, be_honest(server.port()));
}

TEST_CASE(
    "a client that is refused while it still sends gets a proper end, not a reset that could swallow the answer") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(post("Content-Length: 70000\r\n"));
  CHECK(client.response().status == 413);
  CHECK(client.send(std::string(15'000, 'a')));
  CHECK(client.send(std::string(15'000, 'a')));  // fails if the first was answered with a reset
  client.shut_write();
  CHECK(client.closed_by_server());
}

TEST_CASE("a client that sends on for ever after its refusal is cut off") {
  test::TestServer server;
  RawClient client(server.port());
  client.send(post("Content-Length: 999999999\r\n"));
  const auto start = Clock::now();
  const std::string more(10'000, 'a');
  while (client.send(more) && Clock::now() - start < 10s) {
  }
  CHECK(Clock::now() - start < 5s);
}

TEST_CASE("shapes that smuggle a second request are refused, and nothing after them is read as a request") {
  test::TestServer server;
  const std::string smuggled = get("/items/smuggled");
  for (const auto& request :
       {post("Content-Length: 5\r\nContent-Length: 0\r\n", smuggled),
        post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled),
        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + smuggled),
        post("Transfer-Encoding: xchunked\r\n", smuggled), post("Transfer-Encoding : chunked\r\n", smuggled),
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + smuggled),
        post("X: a\r\n Content-Length: 5\r\n", smuggled), post("X: a\nContent-Length: 5\r\n", smuggled),
        post("Content-Length: 0x5\r\n", smuggled), post("Transfer-Encoding: chunked\r\n", "0\n\r\n" + smuggled),
        post("Content-Length: 5\r\nHost: b\r\n", smuggled)}) {
    INFO(request);
    RawClient client(server.port());
    client.send(request);
    const auto response = client.response();
    CHECK(response.status == 400);
    CHECK(response.header("Connection") == "close");
    CHECK(client.response().status == 0);
  }
}

TEST_CASE("what all connections together hold is bounded: past it the slowest goes") {
  test::TestServer server({.header_deadline = 60'000ms, .body_deadline = 60'000ms});
  std::vector<RawClient> bombs;
  constexpr int kBombs = 3000;  // of 60 KB are 180 MB; the server holds 64 MiB at most
  for (int i = 0; i < kBombs; ++i) {
    bombs.push_back(connect_patiently(server.port()));
    bombs.back().send(i % 2 == 0 ? post("Content-Length: 65000\r\n", std::string(60'000, 'a'))
                                 : post("Transfer-Encoding: chunked\r\n", "fa00\r\n" + std::string(60'000, 'a')));
  }
  CHECK(be_honest(server.port(), 100).errors == 0);
  const auto gone = std::ranges::count_if(bombs, [](RawClient& bomb) { return !bomb.still_open(); });
  CHECK(gone > kBombs / 2);
  CHECK(bombs.back().still_open());
}

TEST_CASE("ten thousand connections in a rush: honest clients get no errors") {
  test::TestServer server({.max_connections = 2000});
  const auto before = be_honest(server.port());
  std::atomic<bool> done{false};
  std::thread rush([&] {
    std::deque<RawClient> clients;
    for (int i = 0; i < 10'000; ++i) {
      clients.push_back(connect_patiently(server.port()));
      if (i % 3 == 0) clients.back().send("GET /ok HT");
      if (i % 3 == 1) clients.back().reset();
      if (clients.size() > 3000) clients.pop_front();
    }
    done = true;
  });
  Experience worst;
  while (!done) {
    const auto now = be_honest(server.port(), 200);
    worst.errors += now.errors;
    worst.median = std::max(worst.median, now.median);
  }
  rush.join();
  CHECK(worst.errors == 0);
  CHECK(worst.median < std::max<Clock::duration>(10 * before.median, 20ms));
  CHECK(be_honest(server.port()).errors == 0);
}

TEST_CASE("past the limit of connections the one that has waited longest goes, not the new one") {
  test::TestServer server({.max_connections = 10});
  std::vector<RawClient> clients;
  for (int i = 0; i < 10; ++i) clients.emplace_back(server.port());
  clients[0].send(get("/ok"));  // now the second has waited longest
  REQUIRE(clients[0].response().status == 200);
  RawClient fresh(server.port());
  fresh.send(get("/ok"));
  CHECK(fresh.response().status == 200);
  CHECK(clients[1].closed_by_server());
  CHECK(clients[2].still_open());
  clients[0].send(get("/ok"));
  CHECK(clients[0].response().status == 200);
}

TEST_CASE("clients that break off anywhere leave nothing behind") {
  test::TestServer server;
  const auto request = post("Content-Length: 5\r\n", "hello") + get("/big");
  for (std::size_t cut = 0; cut < request.size(); ++cut) {
    RawClient client(server.port());
    client.send(request.substr(0, cut));
    if (cut % 2 == 0) client.reset();
  }
  for (int i = 0; i < 10; ++i) {
    RawClient client(server.port());
    client.send(get("/big") + get("/big"));
    client.reset();
  }
  CHECK(be_honest(server.port()).errors == 0);
}
