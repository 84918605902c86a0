#include "help.hpp"

#include <fmt/format.h>

#include "keys.hpp"

namespace pizza::config {
namespace {

std::string_view examples(Program program) {
  switch (program) {
    case Program::order_service:
      return R"(  # Prepare the servers, then start
  order-service --setup-db --db="postgres://restaurant_user@localhost/restaurant_db"
  order-service --setup-queues --rabbitmq="localhost:5672"
  order-service --port=3000 --max-concurrent=50

  # What the kitchen could not handle: look, then send it again
  order-service --dead-letters list
  order-service --dead-letters redrive --match ORD_20241216_001

  # Whether every order is on its way, and recorded as it went
  order-service --audit

  # Orders that are done with since three months are deleted
  order-service --prune --older-than=90d
)";
    case Program::kitchen_worker:
      return R"(  # One that cooks everything, and one for two order types
  kitchen-worker --worker-name=chef_anna
  kitchen-worker --worker-name=chef_mario --order-types=dine_in,takeout --prefetch=4

  # One per container, all started alike
  kitchen-worker --worker-name='chef_{hostname}'
)";
    case Program::tracking_service:
      return R"(  tracking-service --port=3002 --db="postgres://restaurant_tracking@localhost/restaurant_db"
)";
    case Program::notification_subscriber:
      return R"(  # Everything, and one customer's finished orders
  notification-subscriber
  notification-subscriber --customer="John Doe" --notification-types=ready,delivered

  # Keeps what it misses while it is away
  notification-subscriber --subscriber-name=front_desk
)";
  }
  return {};
}

std::string_view section(Program program) {
  switch (program) {
    case Program::order_service:
      return "order";
    case Program::kitchen_worker:
      return "kitchen";
    case Program::tracking_service:
      return "tracking";
    case Program::notification_subscriber:
      return "notifier";
  }
  return {};
}

/// The variables of this program's own keys and of those outside sections.
std::string variables(Program program) {
  std::string lines;
  for (const auto& key : keys()) {
    const auto dot = key.name.find('.');
    if (key.source != Key::Source::everywhere) continue;
    if (dot != std::string_view::npos && key.name.substr(0, dot) != section(program)) continue;
    const auto value = key.default_value.empty() ? std::string{} : fmt::format("(default: {})", key.default_value);
    lines += fmt::format("  {:<35} {}", variable_name(key), value);
    lines.erase(lines.find_last_not_of(' ') + 1);
    lines += '\n';
  }
  return lines;
}

}  // namespace

std::string description(Program program) {
  switch (program) {
    case Program::order_service:
      return "order-service: takes orders over HTTP and hands them to the kitchen";
    case Program::kitchen_worker:
      return "kitchen-worker: cooks the orders that wait in the queues";
    case Program::tracking_service:
      return "tracking-service: answers over HTTP where an order is and who is cooking";
    case Program::notification_subscriber:
      return "notification-subscriber: prints every change of an order's status";
  }
  return {};
}

std::string footer(Program program) {
  return fmt::format(R"(Examples:
{}
Settings are taken from flags, then the environment, then the file, then defaults.

Environment:
  DB_URL                              the same as --db
  RABBITMQ                            the same as --rabbitmq
  LOG_LEVEL                           the same as --log-level
{}  PIZZA_<SECTION>_<KEY>               any other key of the file, such as
                                      PIZZA_DATABASE_PASSWORD_FILE

Exit codes:
  0  it was asked to stop, and stopped cleanly
  1  it could not do its work (a server is unreachable, a name is taken)
  2  a flag, variable or key is wrong; the message says which
)",
                     examples(program), variables(program));
}

}  // namespace pizza::config
