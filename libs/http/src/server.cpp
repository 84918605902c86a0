#include "http/server.hpp"

#include <memory>
#include <thread>
#include <utility>

#include "event_loop.hpp"
#include "handler_pool.hpp"
#include "listener.hpp"
#include "refusals.hpp"
#include "traffic.hpp"

namespace pizza::http {

class Server::Impl {
 public:
  Impl(ServerOptions options, Router router, logging::Logger& log)
      : options_(std::move(options)),
        router_(std::move(router)),
        log_(log),
        traffic_(options_.metrics, router_),
        pool_(options_.max_threads, options_.max_queue, *options_.handler_pulse,
              [this](Engine& engine, Connection& connection) { serve(engine, connection); }) {}
  ~Impl() {
    stop(std::chrono::steady_clock::now());
    pool_.stop();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void start() {
    auto listener = listen_on(options_.address, options_.port);
    port_ = listener.port;
    loop_ = std::make_unique<EventLoop>(options_, router_, traffic_, std::move(listener.socket),
                                        [this](Connection& connection) { return pool_.submit(connection); });
    thread_ = std::thread([this] { loop_->run(); });
  }

  std::uint16_t port() const { return port_; }

  void drain() {
    if (loop_) loop_->drain();
  }

  void stop(std::chrono::steady_clock::time_point deadline) {
    if (!thread_.joinable()) return;
    loop_->stop(deadline);
    thread_.join();
  }

 private:
  /// On a handler thread, which has the connection for itself until it gives it back.
  void serve(Engine& engine, Connection& connection) noexcept {
    const auto& request = connection.reader.request();
    const Handler& handler = *connection.match.handler;
    connection.last_answer = connection.last_answer || loop_->last_answers();
    int status = 0;
    engine.answer(
        {.request_id = request.request_id,
         .head = request.method == "HEAD",
         .http_1_0 = connection.reader.http_1_0(),
         .keep_alive = !connection.last_answer},
        [&] {
          auto response = respond(handler, request);
          status = response.status;
          return response;
        },
        connection.out);
    connection.flush();
    // Busy since the request was complete.
    traffic_.answered(connection.match.route, request.method, status,
                      std::chrono::steady_clock::now() - connection.since);
    loop_->give_back(connection);
  }

  Response respond(const Handler& handler, const Request& request) const noexcept {
    try {
      return handler(request);
    } catch (...) {
      const auto cause = std::current_exception();
      return options_.on_error ? options_.on_error(request, cause) : report(request, cause);
    }
  }

  Response report(const Request& request, const std::exception_ptr& cause) const {
    const logging::Entry entry{.action = "request_failed",
                               .message = request.method + " " + request.path + " failed",
                               .request_id = request.request_id};
    try {
      std::rethrow_exception(cause);
    } catch (const std::exception& error) {
      log_.error(entry, error);
    } catch (...) {
      log_.error(entry, "an exception of unknown type");
    }
    return problem_response(internal_error(), request.request_id);
  }

  const ServerOptions options_;
  const Router router_;
  logging::Logger& log_;
  Traffic traffic_;
  std::uint16_t port_ = 0;
  std::unique_ptr<EventLoop> loop_;
  HandlerPool pool_;
  std::thread thread_;
};

Server::Server(ServerOptions options, Router router, logging::Logger& log)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(router), log)) {}
Server::~Server() = default;
void Server::start() { impl_->start(); }
std::uint16_t Server::port() const { return impl_->port(); }
void Server::drain() { impl_->drain(); }
void Server::stop(std::chrono::steady_clock::time_point deadline) { impl_->stop(deadline); }

}  // namespace pizza::http
