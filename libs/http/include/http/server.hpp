#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "core/pulse.hpp"
#include "http/router.hpp"
#include "logging/logger.hpp"
#include "metrics/registry.hpp"

namespace pizza::http {

/// The port is taken or may not be used; the message names address and port. Exit code 1.
class BindError : public core::Error {
 public:
  using core::Error::Error;
};

struct ServerOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;                ///< 0: a free one, see `Server::port`
  std::size_t max_threads = 16;          ///< handlers running at once; threads start on demand and retire when idle
  std::size_t max_queue = 1'024;         ///< complete requests waiting for a thread; one more is answered 503 at once
  std::size_t max_connections = 10'000;  ///< past it the connection that has been idle longest is closed
  std::size_t max_body = 64UL * 1024;
  std::size_t max_header_section = 16UL * 1024;
  std::size_t max_uri = 2UL * 1024;
  std::chrono::milliseconds header_deadline{10'000};  ///< from the first byte of a request to the end of its headers
  std::chrono::milliseconds body_deadline{10'000};    ///< from the end of the headers to the end of the body
  std::chrono::milliseconds write_deadline{10'000};
  std::chrono::milliseconds idle_timeout{60'000};          ///< keep-alive connection without a request
  core::Pulse* loop_pulse = &core::Pulse::unwatched();     ///< of the thread that waits for all connections
  core::Pulse* handler_pulse = &core::Pulse::unwatched();  ///< beats for each request that waited and got a thread
  /// Translates what a handler threw; default: 500 `internal_error`. Must not throw.
  std::function<Response(const Request&, std::exception_ptr)> on_error;
  /// Where `pizza_http_…` are counted (docs/metrics.md); null: nowhere. Outlives the server.
  metrics::Registry* metrics = nullptr;
};

/// An HTTP/1.1 server over cpp-httplib that hostile clients cannot slow, grow or crash (CONTRACT §2, DESIGN "HTTP").
///
/// One thread waits for all connections (epoll), frames each request completely and within limits — an idle or slow
/// client costs a descriptor and its bytes, never a thread — and only then hands it to a handler thread. Handlers are
/// called concurrently. Every response carries `X-Request-ID`.
class Server {
 public:
  Server(ServerOptions options, Router router, logging::Logger& log);
  /// Stops at once if `stop` was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and begins to answer. Throws BindError.
  void start();
  /// The port it listens on.
  std::uint16_t port() const;
  /// Serves on as before, but every answer closes its connection, so that clients go elsewhere for the next.
  void drain();
  /// Answers what was completely received, closes idle connections, answers 503 with `Retry-After` to who still comes,
  /// and closes the listener last: when all is answered, or at `deadline`. Then it returns. Idempotent.
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::http
