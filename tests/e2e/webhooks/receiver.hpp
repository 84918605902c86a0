#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "http/server.hpp"
#include "logging/logger.hpp"
#include "support/eventually.hpp"

namespace pizza::test {

/// Somebody's endpoint: takes posts to `/hook`, remembers them, and answers as it is told. Thread-safe.
class Receiver {
 public:
  struct Received {
    http::Request request;
    std::chrono::steady_clock::time_point at;
  };
  /// `nth` counts from 1.
  using Answer = std::function<http::Response(const http::Request& request, std::size_t nth)>;

  explicit Receiver(Answer answer = [](const auto&, auto) { return http::Response{.status = 204}; })
      : answer_(std::move(answer)), server_({.address = "127.0.0.1", .port = 0, .max_threads = 32}, routes(), log_) {
    server_.start();
  }
  ~Receiver() { server_.stop(core::after(std::chrono::seconds{5})); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::uint16_t port() const { return server_.port(); }
  std::string origin() const { return fmt::format("http://127.0.0.1:{}", port()); }
  std::string url() const { return origin() + "/hook"; }

  std::vector<Received> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  std::size_t count() const { return received().size(); }
  bool gets(std::size_t wanted) const {
    return eventually(core::after(std::chrono::seconds{20}), [&] { return count() >= wanted; });
  }

 private:
  http::Router routes() {
    http::Router router;
    router.add("POST", "/hook", [this](const http::Request& request) {
      std::size_t nth = 0;
      {
        const std::lock_guard lock(mutex_);
        received_.push_back({request, std::chrono::steady_clock::now()});
        nth = received_.size();
      }
      return answer_(request, nth);
    });
    return router;
  }

  mutable std::mutex mutex_;
  std::vector<Received> received_;
  Answer answer_;
  logging::Logger log_{{.service = "receiver", .file = "/dev/null"}};
  http::Server server_;
};

}  // namespace pizza::test
