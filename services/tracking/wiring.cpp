#include "tracking/wiring.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "host/database_watch.hpp"
#include "host/dependencies.hpp"
#include "host/drain.hpp"
#include "host/operator_port.hpp"
#include "http/server.hpp"
#include "metrics/registry.hpp"
#include "persistence/pool.hpp"
#include "tracking/forecast.hpp"
#include "tracking/order_reader.hpp"
#include "tracking/routes.hpp"

namespace pizza::tracking_service {
namespace {

constexpr std::size_t kThreads = 32;

persistence::ConnectionOptions read_only(persistence::ConnectionOptions options) {
  options.read_only = true;
  return options;
}

/// The running service; it reads, and nothing else: its sessions are read-only whatever its role may do.
class TrackingService {
 public:
  explicit TrackingService(host::Context& context)
      : context_(context),
        database_(read_only(host::keyed_database_options(context, "reader"))),
        pool_(database_, static_cast<std::size_t>(context.settings.database.pool_size), context.log) {}

  int run() {
    operator_port_ =
        host::start_operator_port(context_, context_.settings.tracking.admin_port, dependencies(), metrics_);
    host::wait_for_database(context_, database_);
    forecast_ = std::make_unique<tracking::Forecast>(kitchen_reader_, context_.log);
    serve();
    context_.shutdown.wait();
    const auto& settings = context_.settings;
    context_.health.stopping("Answers what was asked", settings.drain_delay + settings.shutdown_timeout);
    context_.log.info({.action = "graceful_shutdown", .message = "Answering what was asked"});
    host::drain(context_, *server_);
    server_->stop(core::after(settings.shutdown_timeout));
    context_.log.info({.action = "service_stopped", .message = "Tracking Service stopped"});
    return context_.shutdown.exit_code();
  }

 private:
  void serve() {
    http::Router router;
    const auto& settings = context_.settings.tracking;
    tracking::add_routes(router, order_reader_, kitchen_reader_, *forecast_, clock_, settings.staff_token,
                         context_.log);
    host::add_health_routes(router, context_, dependencies());
    http::ServerOptions options;
    options.address = settings.address;
    options.port = settings.port;
    options.loop_pulse = &host::watch_loop(context_, "http");
    options.handler_pulse = &host::watch_database_user(context_, "handlers");
    options.max_threads = kThreads;
    options.on_error = [this](const http::Request& request, const std::exception_ptr& failure) {
      return tracking::answer_failure(request, failure, context_.log);
    };
    options.metrics = &metrics_;
    server_ = std::make_unique<http::Server>(std::move(options), std::move(router), context_.log);
    server_->start();
    context_.log.info({.action = "service_started",
                       .message = fmt::format("Tracking Service started on port {}", server_->port()),
                       .details = {{"port", server_->port()}}});
    context_.health.serving(fmt::format("Answers on port {}", server_->port()));
  }

  std::vector<http::Dependency> dependencies() {
    return {{"database", [this] { return host::state_of(database_watch_.answers()); }}};
  }

  host::Context& context_;
  core::SystemClock clock_;
  metrics::Registry& metrics_ = context_.metrics;
  persistence::ConnectionOptions database_;
  host::DatabaseWatch database_watch_{read_only(host::database_options(context_, "health")), context_.log};
  persistence::Pool pool_;
  tracking::OrderReader order_reader_{pool_};
  tracking::KitchenReader kitchen_reader_{pool_};
  std::unique_ptr<tracking::Forecast> forecast_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> operator_port_;
};

}  // namespace

int run(host::Context& context) { return TrackingService(context).run(); }

}  // namespace pizza::tracking_service
