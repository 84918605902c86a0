#include "launcher/usage.hpp"

namespace pizza::launcher {

std::string_view usage() {
  return R"(Restaurant Order Management System with RabbitMQ and PostgreSQL

Usage:
  restaurant-system --mode=order-service [OPTIONS]
  restaurant-system --mode=kitchen-worker --worker-name=worker_name [OPTIONS]
  restaurant-system --mode=tracking-service [OPTIONS]
  restaurant-system --mode=notification-subscriber [OPTIONS]
  restaurant-system --setup-db [OPTIONS]
  restaurant-system --setup-queues [OPTIONS]
  restaurant-system --migrate-db [OPTIONS]
  restaurant-system --dead-letters list|redrive|discard [--match=TEXT] [OPTIONS]
  restaurant-system --audit [OPTIONS]
  restaurant-system --prune --older-than=AGE [OPTIONS]
  restaurant-system --mode=MODE --help
  restaurant-system --help
  restaurant-system --version

Service Modes:
  order-service            REST API for receiving and managing orders
  kitchen-worker           Kitchen staff processing orders from queue
  tracking-service         Centralized order status tracking service
  notification-subscriber  Real-time customer notification service

Each mode is an executable of that name beside this one; it takes the same
options and may be started directly, without --mode.

Connection Options:
  --db                     PostgreSQL connection string
                           Format: postgres://user:pass@host:port/dbname
                           (default: the database section of the configuration file)
  --rabbitmq               RabbitMQ server address (default: localhost:5672)
                           Format: host[:port] or amqp[s]://user:pass@host:port/vhost
  --rabbitmq-user          RabbitMQ username (default: guest)
  --rabbitmq-pass          RabbitMQ password (default: guest)
  --config                 Configuration file (default: ./config.yaml if there is one)

Order Service Options:
  --port                   HTTP port for REST API (default: 3000)
  --max-concurrent         Maximum concurrent orders (default: 50)
                           Staff operations (POST /orders/NUMBER/cancel, dispatch, deliver, complete, priority)
                           need order.staff_token or order.staff_token_file in the configuration file

Kitchen Worker Options:
  --worker-name            Unique worker name (required)
  --order-types            Comma-separated order types to process (default: all)
                           Options: dine_in,takeout,delivery (dine-in means dine_in)
  --cooking-time           Base cooking time in seconds, decimals allowed (default: 10)
  --heartbeat-interval     Seconds between heartbeats (default: 30)
  --prefetch               Orders the worker holds at once (default: 1)
  --station                Station where it works (default: cook)
                           Options: cook,quality,packaging,courier; those of kitchen.stations,
                           which orders pass in this order (default: cook alone)

Tracking Service Options:
  --port                   HTTP port for the API (default: 3002)

Notification Options:
  --customer               Customer name filter for notifications
  --notification-types     Types of notifications to receive (default: all)
                           Options: received,cooking,ready,out_for_delivery,delivered,completed,cancelled
  --subscriber-name        Name of a subscriber whose notifications are kept while it is away
                           Webhooks are given in the configuration file: notifier.webhooks

Setup Commands:
  --setup-db               Initialize PostgreSQL database schema
  --setup-queues           Initialize RabbitMQ exchanges and queues
  --migrate-db             Run database migrations

Operators' Commands:
  --dead-letters           What to do with messages that could not be handled, then exit
                           Options: list,redrive,discard
  --match                  Only those whose number, reason, origin or webhook contains this
  --audit                  Look at every order, beside everything that runs, print what is lost, stuck
                           or recorded wrongly, and exit: 0 nothing is, 1 something is
  --prune                  Delete orders that are done with, beside everything that runs, and exit
  --older-than             Those that changed last so long ago (required with --prune)
                           Format: a number of days, hours, minutes or seconds, such as 90d; at least 1d

Health Options:
  --probe                  Ask the running service at the admin_port of its configuration whether
                           it lives or is ready, print its answer, and exit: 0 yes, 1 no
                           Options: livez,readyz

Logging Options:
  --log-level              Log level: DEBUG, INFO, WARN, ERROR (default: INFO)
  --log-file               Log file path (default: stdout)

Examples:
  # Setup environment
  ./restaurant-system --setup-db --db="postgres://user:pass@localhost/restaurant"
  ./restaurant-system --setup-queues --rabbitmq="localhost:5672"

  # Start order service
  ./restaurant-system --mode=order-service --port=3000 --db="postgres://user:pass@localhost/restaurant"

  # Start specialized kitchen worker
  ./restaurant-system --mode=kitchen-worker --worker-name=pizza_chef --order-types=dine-in,takeout --db="postgres://user:pass@localhost/restaurant"

  # Query an order's status
  ./restaurant-system --mode=tracking-service --port=3002
  curl http://localhost:3002/orders/ORD_20241216_001/status

  # Start a worker of a later station (with kitchen.stations: [cook, quality] in the configuration file)
  ./restaurant-system --mode=kitchen-worker --worker-name=checker --station=quality

  # Monitor specific customer notifications
  ./restaurant-system --mode=notification-subscriber --customer="John Doe"

  # See what could not be handled, and send it again
  ./restaurant-system --dead-letters list
  ./restaurant-system --dead-letters redrive --match=ORD_20241216_001

  # Keep the orders of three months
  ./restaurant-system --prune --older-than=90d

Environment Variables:
  DB_URL                   PostgreSQL connection string
  RABBITMQ                 RabbitMQ server address
  LOG_LEVEL                Default log level
  PIZZA_<SECTION>_<KEY>    Any key of the configuration file, such as PIZZA_KITCHEN_STATIONS

  Flags come before the environment, the environment before the file. Other users
  of a machine can see its command lines: give passwords in the file, or in the
  files that database.password_file and rabbitmq.password_file name.

Exit Codes:
  0  Asked to stop, and stopped cleanly
  1  Could not do its work (a server is unreachable, a name is taken)
  2  A flag, variable or key is wrong

Troubleshooting:
  - Ensure PostgreSQL and RabbitMQ services are running
  - Check connection strings and credentials
  - Verify database schema is initialized
  - Check RabbitMQ management interface at http://localhost:15672
  - Look at the messages that could not be handled: --dead-letters list
  - Look whether any order is lost or stuck: --audit
)";
}

}  // namespace pizza::launcher
