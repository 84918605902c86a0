#include "launcher/usage.hpp"

#include <sstream>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

using namespace pizza;

namespace {

/// Without the columns: one space between words.
std::string words(std::string_view line) {
  std::istringstream in{std::string{line}};
  std::string result;
  for (std::string word; in >> word;) result += (result.empty() ? "" : " ") + word;
  return result;
}

/// One line begins with it.
bool has_line(std::string_view text, const std::string& wanted) {
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) {
    if (words(line).starts_with(wanted)) return true;
  }
  return false;
}

/// The usage of the earlier text, line by line; only what may stand behind a line is left open.
constexpr std::string_view kPrinted = R"(
Restaurant Order Management System with RabbitMQ and PostgreSQL
Usage:
  restaurant-system --mode=order-service [OPTIONS]
  restaurant-system --mode=kitchen-worker --worker-name=worker_name [OPTIONS]
  restaurant-system --mode=tracking-service [OPTIONS]
  restaurant-system --mode=notification-subscriber [OPTIONS]
  restaurant-system --setup-db [OPTIONS]
  restaurant-system --setup-queues [OPTIONS]
  restaurant-system --help
Service Modes:
  order-service             REST API for receiving and managing orders
  kitchen-worker           Kitchen staff processing orders from queue
  tracking-service         Centralized order status tracking service
  notification-subscriber  Real-time customer notification service
Connection Options:
  --db                    PostgreSQL connection string
                         Format: postgres://user:pass@host:port/dbname
  --rabbitmq             RabbitMQ server address (default: localhost:5672)
  --rabbitmq-user        RabbitMQ username (default: guest)
  --rabbitmq-pass        RabbitMQ password (default: guest)
Order Service Options:
  --port                 HTTP port for REST API (default: 3000)
  --max-concurrent       Maximum concurrent orders (default: 50)
Kitchen Worker Options:
  --worker-name            Unique worker name (required)
  --order-types          Comma-separated order types to process (default: all)
                        Options: dine_in,takeout,delivery
  --cooking-time         Base cooking time in seconds
Notification Options:
  --customer            Customer name filter for notifications
  --notification-types  Types of notifications to receive (default: all)
Setup Commands:
  --setup-db            Initialize PostgreSQL database schema
  --setup-queues        Initialize RabbitMQ exchanges and queues
  --migrate-db          Run database migrations
Logging Options:
  --log-level           Log level: DEBUG, INFO, WARN, ERROR (default: INFO)
  --log-file            Log file path (default: stdout)
Examples:
  # Setup environment
  ./restaurant-system --setup-db --db="postgres://user:pass@localhost/restaurant"
  ./restaurant-system --setup-queues --rabbitmq="localhost:5672"
  # Start order service
  ./restaurant-system --mode=order-service --port=3000 --db="postgres://user:pass@localhost/restaurant"
  # Start specialized kitchen worker
  ./restaurant-system --mode=kitchen-worker --worker-name=pizza_chef --order-types=dine-in,takeout --db="postgres://user:pass@localhost/restaurant"
  # Monitor specific customer notifications
  ./restaurant-system --mode=notification-subscriber --customer="John Doe"
Environment Variables:
  DB_URL      PostgreSQL connection string
  RABBITMQ    RabbitMQ server address
  LOG_LEVEL   Default log level
Troubleshooting:
  - Ensure PostgreSQL and RabbitMQ services are running
  - Check connection strings and credentials
  - Verify database schema is initialized
  - Check RabbitMQ management interface at http://localhost:15672
)";

}  // namespace

TEST_CASE("the usage has every line of the earlier text") {
  std::istringstream printed{std::string{kPrinted}};
  int lines = 0;
  for (std::string line; std::getline(printed, line);) {
    if (words(line).empty()) continue;
    INFO(line);
    CHECK(has_line(launcher::usage(), words(line)));
    ++lines;
  }
  CHECK(lines == 57);
}

TEST_CASE("the usage names what there is beyond the earlier text") {
  for (const auto* line : {"--config", "--heartbeat-interval", "--prefetch", "--station", "--subscriber-name",
                           "--dead-letters", "--match", "Tracking Service Options:", "Operators' Commands:",
                           "Exit Codes:", "PIZZA_<SECTION>_<KEY>", "restaurant-system --migrate-db [OPTIONS]",
                           "restaurant-system --dead-letters list|redrive|discard", "restaurant-system --audit",
                           "restaurant-system --prune --older-than=AGE [OPTIONS]", "--prune", "--older-than"}) {
    INFO(line);
    CHECK(has_line(launcher::usage(), line));
  }
  for (const auto* word : {"order.staff_token", "kitchen.stations", "notifier.webhooks", "(default: 3002)"}) {
    CHECK(launcher::usage().find(word) != std::string_view::npos);
  }
}
