#include "order/setup.hpp"

#include <chrono>

#include <fmt/format.h>

#include "host/dependencies.hpp"
#include "host/topology.hpp"
#include "order/schema.hpp"
#include "persistence/migrations.hpp"

namespace pizza::order {

int setup_database(host::Context& context) {
  auto options = host::database_options(context, "setup");
  host::wait_for_database(context, options);
  options.statement_timeout = std::chrono::minutes{30};
  options.idle_in_transaction_timeout = options.statement_timeout;
  try {
    persistence::Connection connection(options, context.log);
    const auto applied = persistence::migrate(connection, kMigrations);
    for (const auto& name : applied) {
      context.log.info({.action = "migration_applied", .message = "Applied migration " + name});
    }
    context.log.info({.action = "database_ready",
                      .message = fmt::format("The schema is at version {}", kMigrations.back().version)});
    return 0;
  } catch (const core::Error& error) {
    context.log.error({.action = "setup_failed", .message = std::string{"The database is not set up: "} + error.what()},
                      error);
    return 1;
  }
}

int setup_queues(host::Context& context) {
  const auto endpoint = host::broker_endpoint(context, "setup");
  const auto until = core::after(context.settings.startup_timeout);
  try {
    messaging::declare(endpoint, host::whole_topology(), until,
                       [&](auto pause) { return context.shutdown.wait_for(pause); });
    context.log.info({.action = "queues_ready", .message = "Exchanges, queues and bindings are declared"});
    return 0;
  } catch (const core::Error& error) {
    if (context.shutdown.requested()) return context.shutdown.exit_code();
    context.log.error({.action = "setup_failed", .message = std::string{"The queues are not set up: "} + error.what()},
                      error);
    return 1;
  }
}

}  // namespace pizza::order
