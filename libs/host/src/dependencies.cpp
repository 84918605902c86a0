#include "host/dependencies.hpp"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/backoff.hpp"
#include "database_metrics.hpp"

namespace pizza::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds since(steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

template <class Client>
void start_client(Context& context, Client& client) {
  const auto fail = [&](const core::Error& error, const std::string& message) {
    if (!context.shutdown.requested()) {
      context.log.error({.action = "rabbitmq_connection_failed", .message = message + error.what()}, error);
    }
    throw StartupError(error.what());
  };
  try {
    // Ends a start that is under way when the process is asked to stop.
    const std::jthread watch([&](const std::stop_token& started) {
      if (context.shutdown.wait(started)) client.stop(steady_clock::now());
    });
    client.start(core::after(context.settings.startup_timeout));
  } catch (const messaging::BrokerError& error) {
    fail(error, "RabbitMQ cannot be reached: ");
  } catch (const messaging::TopologyError& error) {
    fail(error, "RabbitMQ's queues are not as this program needs them: ");
  }
}

/// Whoever watches the start is told once what it waits for; the attempts are for who looks closely.
void log_waiting(Context& context, const std::exception& cause) {
  const auto patience = std::chrono::duration<double>(context.settings.startup_timeout).count();
  context.log.info({.action = "waiting_for_database",
                    .message = fmt::format("Waiting for PostgreSQL, for up to {:g} s: {}", patience, cause.what())});
}

}  // namespace

persistence::ConnectionOptions database_options(const Context& context, const std::string& role) {
  const auto& database = context.settings.database;
  persistence::ConnectionOptions options;
  if (database.url.empty()) {
    options.keywords = {{"host", database.host},
                        {"port", std::to_string(database.port)},
                        {"user", database.user},
                        {"password", database.password},
                        {"dbname", database.database}};
  } else {
    options.keywords = {{"dbname", database.url}};
  }
  if (!database.sslmode.empty()) options.keywords.emplace_back("sslmode", database.sslmode);
  if (!database.sslrootcert.empty()) options.keywords.emplace_back("sslrootcert", database.sslrootcert);
  options.application_name = context.service + " " + role;
  options.statement_timeout = database.statement_timeout;
  options.observer = database_observer(context.metrics);
  options.lock_timeout = std::min(options.lock_timeout, database.statement_timeout);
  return options;
}

persistence::ConnectionOptions keyed_database_options(const Context& context, const std::string& role) {
  auto options = database_options(context, role);
  options.by_key = true;
  return options;
}

messaging::Endpoint broker_endpoint(const Context& context, const std::string& role) {
  const auto& rabbitmq = context.settings.rabbitmq;
  messaging::Endpoint endpoint;
  for (const auto& host : rabbitmq.hosts) endpoint.hosts.push_back({host.host, host.port});
  endpoint.vhost = rabbitmq.vhost;
  endpoint.user = rabbitmq.user;
  endpoint.password = rabbitmq.password;
  endpoint.tls = rabbitmq.tls;
  endpoint.ca_file = rabbitmq.ca_file;
  endpoint.connection_name = context.service + " " + role;
  return endpoint;
}

void retry_database(Context& context, const std::function<void()>& step) {
  const auto until = core::after(context.settings.startup_timeout);
  core::Backoff backoff;
  bool told = false;
  for (;;) {
    try {
      return step();
    } catch (const persistence::SqlError& error) {
      // Connected, and told that something is wrong with the request or the schema: time will not change that.
      if (!error.connection_finished()) throw;
      if (context.shutdown.requested()) throw StartupError("stopped while waiting for the database");
      const auto pause = backoff.next();
      if (steady_clock::now() + pause >= until) {
        context.log.error({.action = "db_connection_failed",
                           .message = "PostgreSQL cannot be reached at " + config::redacted(context.settings.database)},
                          error);
        throw StartupError(error.what());
      }
      if (!std::exchange(told, true)) log_waiting(context, error);
      context.log.debug({.action = "retry_attempted", .message = "Waiting for the database"});
      context.shutdown.wait_for(pause);
    }
  }
}

void wait_for_database(Context& context, const persistence::ConnectionOptions& options) {
  const auto start = steady_clock::now();
  retry_database(context, [&] { const persistence::Connection connection(options, context.log); });
  context.log.info({.action = "db_connected", .message = "Connected to PostgreSQL database", .duration = since(start)});
}

std::function<void(bool, const std::string&)> broker_change_logger(Context& context, const std::string& connection,
                                                                   std::string what) {
  auto& reconnects = context.metrics.counter(
      "pizza_broker_reconnects_total", "Connections to RabbitMQ made again after a loss", {{"connection", connection}});
  struct State {
    steady_clock::time_point since = steady_clock::now();
    bool connected = false;
    bool lost_before = false;
  };
  // Only the client's own thread calls it, so the state needs no lock.
  return [&log = context.log, &reconnects, what = std::move(what), state = std::make_shared<State>()](
             bool connected, const std::string& reason) {
    if (connected == state->connected) return;
    if (connected) {
      if (state->lost_before) reconnects.increment();
      log.info({.action = "rabbitmq_connected",
                .message = "Connected to RabbitMQ " + what,
                .duration = since(state->since)});
    } else {
      log.error({.action = "rabbitmq_connection_failed", .message = "Lost RabbitMQ " + what + "; connecting again"},
                reason);
    }
    *state = {steady_clock::now(), connected, !connected || state->lost_before};
  };
}

core::Pulse& watch_loop(Context& context, std::string name) {
  return context.health.vitals().part(std::move(name), std::chrono::seconds{30});
}

core::Pulse& watch_database_user(Context& context, std::string name) {
  const auto several = 10 * context.settings.database.statement_timeout;
  return context.health.vitals().part(std::move(name),
                                      std::chrono::seconds{60} + std::chrono::ceil<std::chrono::seconds>(several));
}

http::DependencyState state_of(const messaging::Publisher& publisher) {
  if (publisher.ready()) return {"ok", true};
  if (publisher.blocked()) return {"blocked", false};
  return {publisher.connected() ? "unconfirmed" : "unavailable", false};
}

http::DependencyState state_of(const messaging::Consumer& consumer, const messaging::Publisher& publisher) {
  if (!consumer.connected()) return state_of(false);
  const auto state = state_of(publisher);
  return {state.word, state.ready || publisher.blocked()};
}

http::DependencyState state_of(bool available) { return {available ? "ok" : "unavailable", available}; }

void start(Context& context, messaging::Publisher& publisher) { start_client(context, publisher); }
void start(Context& context, messaging::Consumer& consumer) { start_client(context, consumer); }

}  // namespace pizza::host
