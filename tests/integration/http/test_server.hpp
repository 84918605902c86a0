#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>

#include "http/server.hpp"

namespace pizza::test {

/// Where handlers wait until the test lets them go on.
class Gate {
 public:
  /// On a handler's thread.
  void pass();
  /// Returns when `count` handlers wait; false if they have not come within ten seconds.
  bool wait_for_arrivals(int count);
  void open();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

/// A server on a free port of 127.0.0.1, started: `GET /ok`, `POST /echo`, `GET /wait` (at the gate), `GET /throw`,
/// `GET /throw-int`, `GET /header` (the request's X-Test), `GET /big` (8 MB), `GET /items/{name}`, `GET /id`.
class TestServer {
 public:
  explicit TestServer(http::ServerOptions options = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return server_.port(); }
  http::Server& operator*() { return server_; }
  http::Server* operator->() { return &server_; }
  Gate& gate() { return gate_; }
  /// What it has logged so far.
  std::string log();

  static constexpr std::size_t kBigBody = 8UL * 1024 * 1024;

 private:
  http::Router routes();

  Gate gate_;
  std::filesystem::path log_file_;
  logging::Logger log_;
  http::Server server_;
};

}  // namespace pizza::test
