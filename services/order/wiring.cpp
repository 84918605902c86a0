#include "order/wiring.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "host/database_watch.hpp"
#include "host/dependencies.hpp"
#include "host/drain.hpp"
#include "host/operator_port.hpp"
#include "host/outbox_gauges.hpp"
#include "host/publish_metrics.hpp"
#include "host/topology.hpp"
#include "http/server.hpp"
#include "metrics/registry.hpp"
#include "order/adapters/order_failures.hpp"
#include "order/adapters/order_metrics.hpp"
#include "order/adapters/order_routes.hpp"
#include "order/adapters/reconciler.hpp"
#include "order/adapters/sql_order_store.hpp"
#include "order/adapters/staff_routes.hpp"
#include "order/adapters/staff_sql_store.hpp"
#include "order/audit.hpp"
#include "order/dead_letters.hpp"
#include "order/prune.hpp"
#include "order/schema.hpp"
#include "order/setup.hpp"
#include "outbox/relay.hpp"
#include "persistence/migrations.hpp"
#include "tracking/routes.hpp"

namespace pizza::order {
namespace {

constexpr std::size_t kWriters = 2;
/// Sessions for the staff's operations: few people, and one must not wait for every reader.
constexpr std::size_t kStaffSessions = 2;
/// Threads beyond those that may wait for admission: for reading, and for saying no.
constexpr std::size_t kSpareThreads = 16;
/// What a stop may take beyond its timeout: what was begun in time is still finished.
constexpr std::chrono::seconds kLastWords{15};

/// The running service: members in the order they are built; `stop` takes them down from the outside in.
class OrderService {
 public:
  explicit OrderService(host::Context& context)
      : context_(context),
        publisher_({.endpoint = host::broker_endpoint(context, "publisher"),
                    .topology = host::order_topology(),
                    .pulse = &host::watch_loop(context, "publisher"),
                    .on_change = host::broker_change_logger(context, "publisher", "exchange 'orders_topic'"),
                    .observer = host::publish_observer(context.metrics)},
                   context.log),
        pool_(host::keyed_database_options(context, "reader"),
              static_cast<std::size_t>(context.settings.database.pool_size), context.log) {}

  int run() {
    operator_port_ = host::start_operator_port(context_, context_.settings.order.admin_port, dependencies(), metrics_);
    host::wait_for_database(context_, host::database_options(context_, "check"));
    check_schema();
    host::start(context_, publisher_);
    relay_ = std::make_unique<outbox::Relay>(relay_options(), publisher_, context_.log);
    reconciler_ = std::make_unique<Reconciler>(reconciler_options(), metrics_, context_.log);
    forecast_ = std::make_unique<tracking::Forecast>(kitchen_reader_, context_.log);
    intake_ = std::make_unique<Intake>([this] { return make_store(); }, kWriters, observer_, writers_pulses());
    place_order_ = std::make_unique<PlaceOrder>(admission_, *intake_, [this] { return accepts_orders(); }, observer_);
    try {
      serve();
      context_.shutdown.wait();
    } catch (...) {
      // An order may have been taken already; what answers it must not outlive what it answers to.
      server_.reset();
      publisher_.stop(core::after(std::chrono::seconds{1}));
      throw;
    }
    stop();
    return context_.shutdown.exit_code();
  }

 private:
  void check_schema() {
    persistence::Connection connection(host::database_options(context_, "check"), context_.log);
    const int version = persistence::schema_version(connection);
    if (version == kMigrations.back().version) return;
    throw core::Error(fmt::format(
        "the database is at schema version {} and this program needs {}: run {}", version, kMigrations.back().version,
        version == 0 ? "order-service --setup-db" : "the program of that release, or --migrate-db"));
  }

  outbox::RelayOptions relay_options() {
    outbox::RelayOptions options;
    options.database = host::keyed_database_options(context_, "outbox");
    options.database.durable = false;  // a delete that is lost only publishes again
    options.app_id = context_.service;
    options.pulse = &host::watch_database_user(context_, "outbox");
    options.on_backlog = [gauges =
                              host::OutboxGauges(context_.metrics)](const std::optional<outbox::Backlog>& backlog) {
      backlog ? gauges.set(backlog->pending, backlog->oldest) : gauges.unknown();
    };
    options.on_published = [this](std::int64_t, const std::string& number, const std::string& request_id) {
      if (!context_.log.enabled(logging::Level::debug)) return;
      context_.log.debug({.action = "order_published",
                          .message = "Order " + number + " published",
                          .request_id = request_id,
                          .order_number = number});
    };
    return options;
  }

  ReconcilerOptions reconciler_options() {
    return {.database = host::database_options(context_, "reconciler"),
            .broker = host::broker_endpoint(context_, "reconciler"),
            .topology = host::order_topology(),
            .broker_ready = [this] { return publisher_.ready(); },
            .hand_over = [this](std::vector<outbox::Row> rows) { relay_->hand_over(std::move(rows)); },
            .interval = context_.settings.order.reconcile_interval,
            .pulse = &host::watch_database_user(context_, "reconciler")};
  }

  std::vector<core::Pulse*> writers_pulses() {
    std::vector<core::Pulse*> pulses;
    for (std::size_t i = 0; i < kWriters; ++i) pulses.push_back(&host::watch_database_user(context_, "writers"));
    return pulses;
  }

  std::unique_ptr<OrderStore> make_store() {
    return std::make_unique<SqlOrderStore>(
        host::keyed_database_options(context_, "writer"), clock_,
        [this](core::TimePoint now, domain::OrderType type, int priority) {
          return forecast_->ready_at(now, type, priority, std::nullopt);
        },
        [this](std::vector<outbox::Row> rows) { relay_->hand_over(std::move(rows)); }, context_.log);
  }

  bool accepts_orders() const {
    return context_.settings.order.when_broker_down == config::WhenBrokerDown::accept || publisher_.ready();
  }

  std::vector<http::Dependency> dependencies() {
    return {{"database", [this] { return host::state_of(database_watch_.answers()); }},
            {"rabbitmq", [this] {
               auto state = host::state_of(publisher_);
               state.ready = accepts_orders();
               return state;
             }}};
  }

  void serve() {
    http::Router router;
    add_order_routes(router, *place_order_, observer_, context_.log);
    add_staff_routes(router, staff_desk_, context_.settings.order.staff_token, context_.log);
    tracking::add_routes(router, order_reader_, kitchen_reader_, *forecast_, clock_,
                         context_.settings.order.staff_token, context_.log);
    host::add_health_routes(router, context_, dependencies());
    const auto& settings = context_.settings.order;
    http::ServerOptions options;
    options.address = settings.address;
    options.port = settings.port;
    options.loop_pulse = &host::watch_loop(context_, "http");
    options.handler_pulse = &host::watch_database_user(context_, "handlers");
    options.max_threads = 5 * static_cast<std::size_t>(settings.max_concurrent) + kSpareThreads;
    options.on_error = [this](const http::Request& request, const std::exception_ptr& failure) {
      return answer_order_failure(request, failure, context_.log);
    };
    options.metrics = &metrics_;
    server_ = std::make_unique<http::Server>(std::move(options), std::move(router), context_.log);
    server_->start();
    context_.log.info({.action = "service_started",
                       .message = fmt::format("Order Service started on port {}", server_->port()),
                       .details = {{"port", server_->port()}, {"max_concurrent", settings.max_concurrent}}});
    context_.health.serving(fmt::format("Takes orders on port {}", server_->port()));
  }

  void stop() {
    const auto& settings = context_.settings;
    context_.health.stopping("Finishes the orders in hand",
                             settings.drain_delay + settings.shutdown_timeout + kLastWords);
    context_.log.info({.action = "graceful_shutdown", .message = "Finishing the orders in hand"});
    host::drain(context_, *server_);
    const auto deadline = core::after(settings.shutdown_timeout);
    server_->stop(deadline);
    server_.reset();  // ends the handlers, whatever they still wait for
    intake_->stop();
    reconciler_->stop();
    relay_->stop(deadline);
    publisher_.stop(deadline);
    forecast_.reset();
    context_.log.info({.action = "service_stopped", .message = "Order Service stopped"});
  }

  host::Context& context_;
  core::SystemClock clock_;
  metrics::Registry& metrics_ = context_.metrics;
  host::DatabaseWatch database_watch_{host::database_options(context_, "health"), context_.log};
  OrderMetrics observer_{metrics_};
  messaging::Publisher publisher_;
  persistence::Pool pool_;
  tracking::OrderReader order_reader_{pool_};
  tracking::KitchenReader kitchen_reader_{pool_};
  std::unique_ptr<outbox::Relay> relay_;
  persistence::Pool staff_pool_{host::database_options(context_, "staff"), kStaffSessions, context_.log};
  StaffSqlStore staff_store_{staff_pool_, [this](std::vector<outbox::Row> rows) { relay_->hand_over(std::move(rows)); },
                             context_.log};
  StaffDesk staff_desk_{staff_store_};
  std::unique_ptr<Reconciler> reconciler_;
  std::unique_ptr<tracking::Forecast> forecast_;
  std::unique_ptr<Intake> intake_;
  Admission admission_{static_cast<std::size_t>(context_.settings.order.max_concurrent)};
  std::unique_ptr<PlaceOrder> place_order_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> operator_port_;
};

}  // namespace

int run(host::Context& context) {
  switch (context.command) {
    case config::Command::setup_db:
    case config::Command::migrate_db:
      return setup_database(context);
    case config::Command::setup_queues:
      return setup_queues(context);
    case config::Command::list_dead_letters:
    case config::Command::redrive_dead_letters:
    case config::Command::discard_dead_letters:
      return dead_letters(context);
    case config::Command::audit:
      return audit(context);
    case config::Command::prune:
      return prune(context);
    case config::Command::run:
      return OrderService(context).run();
  }
  return 1;
}

}  // namespace pizza::order
