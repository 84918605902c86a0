#include "http/egress.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/eventually.hpp"
#include "support/patience.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;

/// A server that is none: one connection, and `behave` does with its descriptor what it likes.
class RawServer {
 public:
  explicit RawServer(std::function<void(int)> behave) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4) != 0) throw std::runtime_error("no port");
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, behave = std::move(behave)] {
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) return;
      behave(peer);
      ::close(peer);
    });
  }
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return port_; }
  http::Egress client(std::chrono::milliseconds timeout = 2s) const {
    return http::Egress({.tls = false, .host = "127.0.0.1", .port = port_, .allow_private = true, .timeout = timeout});
  }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

bool send_all(int peer, std::string_view text) {
  return ::send(peer, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// Sends a piece after each pause until the client has had enough, at most for a while; how many bytes it took.
std::size_t flood(int peer, std::string_view piece, std::chrono::milliseconds pause = 0ms) {
  std::size_t sent = 0;
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < end && send_all(peer, piece)) {
    sent += piece.size();
    std::this_thread::sleep_for(pause);
  }
  return sent;
}

std::expected<http::EgressAnswer, std::string> post_by(const http::Egress& client, const std::stop_token& stop = {}) {
  return client.post("{}", {{"x-one", "1"}}, stop);
}

}  // namespace

TEST_CASE("what is posted is one request, and the answer after interim ones counts") {
  std::string received;
  std::expected<http::EgressAnswer, std::string> answer;
  {
    const RawServer server([&](int peer) {
      char buffer[4096];
      while (received.find("\r\n\r\n{}") == std::string::npos) {
        const auto size = ::recv(peer, buffer, sizeof buffer, 0);
        if (size <= 0) return;
        received.append(buffer, static_cast<std::size_t>(size));
      }
      send_all(peer, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
      send_all(peer, "HTTP/1.1 503 Busy\r\nRETRY-AFTER:  7 \r\n\r\nbody");
    });
    answer = post_by(server.client());
  }
  REQUIRE(answer);
  CHECK(answer->status == 503);
  CHECK(answer->headers.at("retry-after") == "7");
  CHECK(received.starts_with("POST / HTTP/1.1\r\nhost: 127.0.0.1:"));
  CHECK(received.find("\r\nconnection: close\r\ncontent-length: 2\r\nx-one: 1\r\n\r\n{}") != std::string::npos);
}

TEST_CASE("a head without end is given up, a body without end does not matter") {
  std::atomic<std::size_t> taken{0};
  {
    const RawServer server([&](int peer) {
      send_all(peer, "HTTP/1.1 200 OK\r\n");
      taken = flood(peer, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    });
    const auto answer = post_by(server.client());
    REQUIRE_FALSE(answer);
    CHECK(answer.error() == "the head of the answer is too long");
  }
  {
    const RawServer server([&](int peer) {
      send_all(peer, "HTTP/1.1 200 OK\r\n\r\n");
      taken = flood(peer, std::string(16 * 1024, 'x'));
    });
    const auto start = std::chrono::steady_clock::now();
    const auto answer = post_by(server.client());
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(std::chrono::steady_clock::now() - start < test::patient(2s));
  }
  CHECK(taken < 16 * 1024 * 1024);  // what the kernel's buffers hold, not what ten seconds would bring
}

TEST_CASE("interim answers without end are given up, whether few bytes or many") {
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(6000, 'x') + "\r\n\r\n";
  for (const auto& [interim, error] :
       {std::pair{std::string{"HTTP/1.1 102 Processing\r\n\r\n"}, "too many interim answers"},
        std::pair{hints, "the head of the answer is too long"}}) {
    std::atomic<std::size_t> taken{0};
    const auto start = std::chrono::steady_clock::now();
    {
      const RawServer server([&, piece = interim](int peer) { taken = flood(peer, piece); });
      const auto answer = post_by(server.client());
      REQUIRE_FALSE(answer);
      CHECK(answer.error() == error);
    }
    CHECK(std::chrono::steady_clock::now() - start < test::patient(2s));
    CHECK(taken < 16 * 1024 * 1024);
  }
}

TEST_CASE("an answer that drips is given up at the timeout of the whole attempt") {
  const RawServer server([&](int peer) {
    send_all(peer, "HTTP/1.1 200 OK\r\n");
    flood(peer, "x", 50ms);
  });
  const auto start = std::chrono::steady_clock::now();
  const auto answer = post_by(server.client(400ms));
  REQUIRE_FALSE(answer);
  CHECK(answer.error() == "timed out");
  CHECK(std::chrono::steady_clock::now() - start < test::patient(3s));
}

TEST_CASE("what is no HTTP, and an answer that breaks off, are failures") {
  for (const auto* text :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y"}) {
    INFO(text);
    const RawServer server([&](int peer) {
      send_all(peer, text);
      ::shutdown(peer, SHUT_WR);
      char buffer[4096];
      while (::recv(peer, buffer, sizeof buffer, 0) > 0) {
      }
    });
    const auto answer = post_by(server.client());
    REQUIRE_FALSE(answer);
    CHECK((answer.error() == "the answer is not HTTP" ||
           answer.error() == "the connection ended before the answer was complete"));
  }
}

TEST_CASE("a stop ends a request early, TLS with a server that says nothing ends at the timeout") {
  std::atomic<bool> asked{false};
  const auto silent = [&](int peer) {
    char buffer[4096];
    while (::recv(peer, buffer, sizeof buffer, 0) > 0) asked = true;
  };
  {
    const RawServer server(silent);
    std::stop_source stop;
    std::thread stopper([&] {
      test::eventually(core::after(10s), [&] { return asked.load(); });
      stop.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    const auto answer = post_by(server.client(30s), stop.get_token());
    stopper.join();
    REQUIRE_FALSE(answer);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
  }
  const RawServer server(silent);
  http::Egress client(
      {.tls = true, .host = "127.0.0.1", .port = server.port(), .allow_private = true, .timeout = 300ms});
  const auto answer = post_by(client);
  REQUIRE_FALSE(answer);
  CHECK(answer.error() == "timed out");
}
