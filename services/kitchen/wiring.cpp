#include "kitchen/wiring.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "contracts/order_message.hpp"
#include "contracts/topology.hpp"
#include "core/ids.hpp"
#include "host/dependencies.hpp"
#include "host/operator_port.hpp"
#include "host/outbox_gauges.hpp"
#include "host/publish_metrics.hpp"
#include "host/topology.hpp"
#include "kitchen/adapters/amqp_broker.hpp"
#include "kitchen/adapters/housekeeper.hpp"
#include "kitchen/adapters/kitchen_metrics.hpp"
#include "kitchen/adapters/log_observer.hpp"
#include "kitchen/adapters/sql_step_store.hpp"
#include "kitchen/app/kitchen.hpp"
#include "outbox/relay.hpp"

namespace pizza::kitchen {
namespace {

std::set<domain::OrderType> cooked_types(const config::Kitchen& settings) {
  std::set<domain::OrderType> types;
  for (const auto& name : settings.order_types) types.insert(domain::parse_order_type(name).value());
  if (types.empty()) types.insert(domain::kOrderTypes.begin(), domain::kOrderTypes.end());
  return types;
}

StationWork work_of(const config::Kitchen& settings) {
  std::vector<domain::Station> stations;
  for (const auto& name : settings.stations) stations.push_back(domain::parse_station(name).value());
  return {.station = domain::parse_station(settings.station).value(),
          .route = domain::Route::of(stations).value(),
          .types = cooked_types(settings),
          .base_time = settings.cooking_time};
}

/// The other stations have a queue each. Of the cooks a general one consumes all kitchen queues, a specialised one
/// those of its types.
std::vector<std::string> queues_of(const config::Kitchen& settings) {
  switch (work_of(settings).station) {
    case domain::Station::quality:
      return {std::string{contracts::kQualityQueue}};
    case domain::Station::packaging:
      return {std::string{contracts::kPackagingQueue}};
    case domain::Station::courier:
      return {std::string{contracts::kDeliveryQueue}};
    case domain::Station::cook:
      break;
  }
  std::vector<std::string> queues;
  for (const auto type : cooked_types(settings)) queues.emplace_back(contracts::kitchen_queue(type));
  if (settings.order_types.empty()) queues.emplace_back(contracts::kKitchenQueue);
  return queues;
}

Registration registration_of(const config::Kitchen& settings) {
  return {.station = settings.station,
          .order_types = settings.order_types,
          .heartbeat_interval = settings.heartbeat_interval,
          .prefetch = settings.prefetch,
          .cooking_time = settings.cooking_time,
          .max_active_workers = settings.max_active_workers};
}

/// The running worker: members in the order they are built; `stop` takes them down from the outside in.
class KitchenWorker {
 public:
  explicit KitchenWorker(host::Context& context)
      : context_(context),
        settings_(context.settings.kitchen),
        identity_{settings_.worker_name, core::random_uuid()},
        observer_(context.log),
        publisher_({.endpoint = host::broker_endpoint(context, settings_.worker_name + " publisher"),
                    .topology = host::kitchen_topology(),
                    .pulse = &host::watch_loop(context, "publisher"),
                    .on_change = host::broker_change_logger(context, "publisher", "for publishing"),
                    .observer = host::publish_observer(context.metrics)},
                   context.log),
        consumer_({.endpoint = host::broker_endpoint(context, settings_.worker_name + " consumer"),
                   .topology = host::kitchen_topology(),
                   .queues = queues_of(settings_),
                   .prefetch = static_cast<std::uint16_t>(settings_.prefetch),
                   .pulse = &host::watch_loop(context, "consumer"),
                   .on_change = host::broker_change_logger(
                       context, "consumer", fmt::format("for consuming {}", fmt::join(queues_of(settings_), ", "))),
                   .on_delivery = [this](messaging::Delivery delivery) { take(std::move(delivery)); }},
                  context.log),
        broker_(consumer_, publisher_, static_cast<std::uint16_t>(settings_.prefetch), settings_.worker_name),
        kitchen_(
            {.types = cooked_types(settings_),
             .patience = context.settings.shutdown_timeout,
             .timers = &host::watch_loop(context, "timers"),
             .claims = &host::watch_database_user(context, "claims"),
             .finishes = &host::watch_database_user(context, "finishes")},
            broker_, observer_, meter_, [this] { return make_store(); }, [this] { lose_name(); }),
        housekeeper_(host::database_options(context, "registry"), identity_, registration_of(settings_),
                     settings_.max_wait, host::watch_database_user(context, "registry"), context.log) {
    metrics_.gauge_of("pizza_kitchen_in_flight", "Orders this worker has in hand",
                      [this] { return static_cast<double>(kitchen_.held()); });
  }

  int run() {
    operator_port_ = host::start_operator_port(context_, settings_.admin_port, dependencies(), metrics_);
    host::wait_for_database(context_, host::database_options(context_, "check"));
    relay_ = std::make_unique<outbox::Relay>(relay_options(), publisher_, context_.log);
    sign_on();
    try {
      housekeeper_.start({.on_taken_over = [this] { lose_name(); },
                          .on_cancelled = [this](const std::string& number) { kitchen_.cancel(number); }});
      host::start(context_, publisher_);
      host::start(context_, consumer_);
      context_.log.info(
          {.action = "service_started", .message = ready_text(), .details = {{"prefetch", settings_.prefetch}}});
      context_.health.serving(ready_text());
      context_.shutdown.wait();
    } catch (...) {
      // Nothing may still deliver to a kitchen that is going away.
      consumer_.stop(core::after(std::chrono::seconds{1}));
      publisher_.stop(core::after(std::chrono::seconds{1}));
      sign_off();
      throw;
    }
    stop();
    return context_.shutdown.exit_code();
  }

 private:
  void sign_on() {
    try {
      host::retry_database(context_, [this] { housekeeper_.sign_on(); });
      meter_.online(true);
      context_.log.info(
          {.action = "worker_registered", .message = "Worker registered for order types: " + types_text()});
    } catch (const RegistrationRefused& refusal) {
      context_.log.error({.action = "worker_registration_failed",
                          .message = std::string{"The worker was not registered: "} + refusal.what()},
                         refusal);
      throw host::StartupError(refusal.what());
    }
  }

  std::string ready_text() const {
    if (settings_.order_types.empty()) return "Worker connected and ready";
    return fmt::format("Listening for {} orders only", fmt::join(settings_.order_types, ", "));
  }

  std::string types_text() const {
    if (settings_.order_types.empty()) return "all";
    return fmt::format("{}", fmt::join(settings_.order_types, ","));
  }

  outbox::RelayOptions relay_options() {
    outbox::RelayOptions options;
    options.database = host::keyed_database_options(context_, settings_.worker_name + " outbox");
    options.database.durable = false;  // a delete that is lost only publishes again
    options.app_id = context_.service;
    options.pulse = &host::watch_database_user(context_, "outbox");
    options.on_backlog = [gauges =
                              host::OutboxGauges(context_.metrics)](const std::optional<outbox::Backlog>& backlog) {
      backlog ? gauges.set(backlog->pending, backlog->oldest) : gauges.unknown();
    };
    return options;
  }

  std::unique_ptr<StepStore> make_store() {
    return std::make_unique<SqlStepStore>(
        host::keyed_database_options(context_, settings_.worker_name), identity_, work_of(settings_),
        [this](std::vector<outbox::Row> rows) { relay_->hand_over(std::move(rows)); }, context_.log);
  }

  void take(messaging::Delivery message) {
    auto delivery = to_delivery(std::move(message));
    auto ticket = contracts::decode_order_message(delivery.body);
    if (!ticket) return kitchen_.refuse(delivery, ticket.error());
    kitchen_.take(std::move(delivery), {std::move(ticket->order_number), ticket->type});
  }

  void lose_name() {
    if (name_lost_.exchange(true)) return;
    meter_.online(false);
    context_.log.error({.action = "worker_taken_over", .message = "This worker stops: its name was taken over"},
                       "another process registered under this name while this one was not heard of");
    context_.shutdown.request(1);
  }

  std::vector<http::Dependency> dependencies() {
    return {{"database", [this] { return host::state_of(housekeeper_.healthy()); }},
            {"rabbitmq", [this] { return host::state_of(consumer_, publisher_); }}};
  }

  /// Stops taking orders, finishes those that cook, hands back the rest, and says so.
  void stop() {
    // No further deliveries; the longest cooking, 1.2 times the base time; its end is written down; the rest is sent.
    const auto longest = 2 * settings_.cooking_time + 3 * context_.settings.shutdown_timeout;
    context_.health.stopping(fmt::format("Finishes {} orders", kitchen_.held()), longest);
    context_.log.info({.action = "graceful_shutdown",
                       .message = fmt::format("Finishing {} orders", kitchen_.held()),
                       .details = {{"orders", static_cast<std::int64_t>(kitchen_.held())}}});
    if (name_lost_) kitchen_.abandon();
    consumer_.cancel(core::after(context_.settings.shutdown_timeout));
    kitchen_.finish_work();
    sign_off();
    const auto deadline = core::after(context_.settings.shutdown_timeout);
    relay_->stop(deadline);
    publisher_.stop(deadline);  // a confirmed dead letter still has to be acknowledged
    consumer_.stop(deadline);
    context_.log.info({.action = "service_stopped", .message = "Worker stopped"});
  }

  void sign_off() noexcept {
    try {
      housekeeper_.sign_off();
      meter_.online(false);
    } catch (const std::exception& error) {
      context_.log.error({.action = "worker_sign_off_failed", .message = "The worker could not be marked offline"},
                         error);
    }
  }

  host::Context& context_;
  const config::Kitchen& settings_;
  const WorkerIdentity identity_;
  metrics::Registry& metrics_ = context_.metrics;
  std::atomic<bool> name_lost_{false};
  LogObserver observer_;
  KitchenMetrics meter_{metrics_, work_of(settings_)};
  messaging::Publisher publisher_;
  std::unique_ptr<outbox::Relay> relay_;
  messaging::Consumer consumer_;
  AmqpBroker broker_;
  Kitchen kitchen_;
  Housekeeper housekeeper_;  // it calls the kitchen
  std::unique_ptr<http::Server> operator_port_;
};

}  // namespace

int run(host::Context& context) { return KitchenWorker(context).run(); }

}  // namespace pizza::kitchen
