#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "terminal.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

/// The printed setup of the earlier text.
struct SetUp : Terminal {
  SetUp() {
    const auto schema = run(R"(./restaurant-system --setup-db --db="postgres://user:password@localhost/restaurant")");
    INFO(schema.out << schema.err);
    REQUIRE(schema.exit_code == 0);
    REQUIRE(contains(schema.out, "database_ready"));
    const auto queues = run(R"(./restaurant-system --setup-queues --rabbitmq="localhost:5672")");
    INFO(queues.out << queues.err);
    REQUIRE(queues.exit_code == 0);
    REQUIRE(contains(queues.out, "queues_ready"));
  }
  void start_order_service() {
    const auto line = start(
        R"(./restaurant-system --mode=order-service --port=3000 --db="postgres://user:password@localhost/restaurant")",
        "service_started");
    CHECK(contains(line.message, "ervice started on port " + std::to_string(order_port())));
  }
  /// Places the order of the baseline.
  std::string john_doe() {
    const auto placed = curl(R"(curl -X POST http://localhost:3000/orders \
  -H "Content-Type: application/json" \
  -d '{
        "customer_name": "John Doe",
        "order_type": "takeout",
        "items": [
          {"name": "Margherita Pizza", "quantity": 1, "price": 15.99},
          {"name": "Caesar Salad", "quantity": 1, "price": 8.99}
        ]
      }')");
    INFO(placed.body);
    CHECK(placed.status == "200");
    CHECK(placed.text("status") == "received");
    CHECK(placed.text("total_amount") == "24.98");
    return placed.text("order_number");
  }
  bool reaches(const std::string& number, const std::string& status) {
    return eventually(core::after(20s), [&] {
      return database().value("SELECT status FROM orders WHERE number = '" + number + "'") == status;
    });
  }
};

}  // namespace

TEST_CASE_METHOD(SetUp, "baseline and tracking: setup, an order, its cook, its status, its history, its subscriber") {
  CHECK(database().value("SELECT count(*) FROM orders") == "0");
  CHECK(vhost().has_queue("kitchen_queue"));
  start_order_service();
  const auto tracking =
      start(R"(./restaurant-system --mode=tracking-service --db="postgres://user:password@localhost/restaurant" &)",
            "service_started");
  CHECK(tracking.service == "tracking-service");
  CHECK(contains(tracking.message, "ervice started"));
  const auto subscribed =
      start(R"(./restaurant-system --mode=notification-subscriber --customer="John Doe" &)", "service_started");
  CHECK(subscribed.level == "INFO");
  CHECK(subscribed.service == "notification-subscriber");
  CHECK(subscribed.message == "Subscribed to notifications for customer: John Doe");
  auto& subscriber = last();
  const auto ready = start(
      R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_mario" --db="postgres://user:password@localhost/restaurant")",
      "service_started");
  CHECK(ready.service == "kitchen-worker");
  CHECK(ready.text("worker_name") == "chef_mario");
  CHECK(ready.message == "Worker connected and ready");

  const auto number = john_doe();
  CHECK(number.ends_with("_001"));
  call_order(number);
  INFO(output());
  REQUIRE(reaches(number, "ready"));
  CHECK(subscriber.wait_for_text("Notification for order " + number + ": Status changed from 'cooking' to 'ready'",
                                 core::after(20s)));
  const auto status = curl("curl http://localhost:3000/orders/ORD_20241216_001/status");
  CHECK(status.text("order_number") == number);
  CHECK(status.text("current_status") == "ready");
  CHECK(status.text("processed_by") == "chef_mario");
  CHECK(core::parse_utc(status.text("updated_at")));
  CHECK(core::parse_utc(status.text("estimated_completion")));
  const auto history = curl("curl http://localhost:3000/orders/ORD_20241216_001/history");
  REQUIRE(history.size() == 3);
  CHECK(history.text(0, "status") == "received");
  CHECK(history.text(0, "changed_by") == "order-service");
  CHECK(history.text(1, "status") == "cooking");
  CHECK(history.text(1, "changed_by") == "chef_mario");
  CHECK(core::parse_utc(history.text(1, "timestamp")));
}

TEST_CASE_METHOD(SetUp, "multiple workers: dishes are no order types; who works is asked on the order service's port") {
  start_order_service();
  for (const auto* line :
       {R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_mario" --order-types="pizza,pasta")",
        R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_luigi" --order-types="salad,soup")"}) {
    const auto refused = run(line);
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "dine_in, takeout, delivery"));
    CHECK(refused.out.empty());
  }
  start(R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_anna" &)", "service_started");
  const auto workers = curl("curl http://localhost:3000/workers/status");
  REQUIRE(workers.size() == 1);
  CHECK(workers.text(0, "worker_name") == "chef_anna");
  CHECK(workers.text(0, "status") == "online");
  CHECK(workers.text(0, "orders_processed") == "0");
  CHECK(core::parse_utc(workers.text(0, "last_seen")));
}

TEST_CASE_METHOD(SetUp, "order types: each is taken as printed, and cooked by the worker of its type") {
  start_order_service();
  const auto seated = curl(R"(curl -X POST http://localhost:3000/orders \
  -d '{"customer_name": "John", "order_type": "dine-in", "table_number": 5, 
       "items": [{"name": "Steak", "quantity": 1, "price": 25.99}]}')");
  INFO(seated.body);
  CHECK(seated.status == "200");
  CHECK(seated.text("total_amount") == "25.99");
  const auto sent = curl(R"(curl -X POST http://localhost:3000/orders \
  -d '{"customer_name": "Jane", "order_type": "delivery", 
       "delivery_address": "123 Main St, City, State 12345",
       "items": [{"name": "Pizza", "quantity": 1, "price": 18.99}]}')");
  INFO(sent.body);
  CHECK(sent.status == "200");
  CHECK(sent.text("total_amount") == "18.99");

  const auto specialised =
      start(R"(./restaurant-system --mode=kitchen-worker --worker-name="delivery_chef" --order-types="delivery")",
            "service_started");
  CHECK(specialised.text("worker_name") == "delivery_chef");
  CHECK(specialised.message == "Listening for delivery orders only");
  INFO(output());
  CHECK(reaches(sent.text("order_number"), "ready"));
  CHECK(database().value("SELECT status FROM orders WHERE number = '" + seated.text("order_number") + "'") ==
        "received");
}

TEST_CASE_METHOD(SetUp, "priorities: the VIP's order is high and cooked as such; catering needs an order type") {
  start_order_service();
  const auto vip = curl(R"(curl -X POST http://localhost:3000/orders \
  -d '{
    "customer_name": "VIP Customer",
    "customer_type": "vip",
    "order_type": "delivery",
    "delivery_address": "456 Executive Blvd",
    "items": [{"name": "Premium Steak", "quantity": 1, "price": 45.99}],
    "rush": true
  }')");
  INFO(vip.body);
  CHECK(vip.status == "200");
  CHECK(vip.text("priority") == "10");
  CHECK(vip.text("status") == "received");
  CHECK(core::parse_utc(vip.text("estimated_completion")));

  const std::string begin =
      "curl -X POST http://localhost:3000/orders \\\n  -d '{\n    \"customer_name\": \"Office Catering\",";
  const std::string end = R"(
    "items": [
      {"name": "Pizza", "quantity": 5, "price": 15.99},
      {"name": "Salad", "quantity": 3, "price": 8.99}
    ]
  }')";
  const auto as_printed = curl(begin + end);
  CHECK(as_printed.status == "400");
  CHECK(contains(as_printed.body, "order_type"));
  const auto catering = curl(begin + R"("order_type": "takeout",)" + end);
  CHECK(catering.status == "200");
  CHECK(catering.text("total_amount") == "106.92");
  CHECK(catering.text("priority") == "10");  // the newer text: above 100 is high

  start(R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_mario")");
  const auto processing =
      last().wait_for_line(logs_action("order_processing_started", vip.text("order_number")), core::after(20s));
  INFO(output());
  REQUIRE(processing);
  const auto line = read_log_line(processing->text).value();
  CHECK(line.message == "Processing HIGH PRIORITY order");
  CHECK(line.text("priority") == "10");
  CHECK(line.text("worker_name") == "chef_mario");
}

TEST_CASE_METHOD(Terminal, "usage: --help is printed, and its examples run") {
  const auto help = run("./restaurant-system --help");
  CHECK(help.exit_code == 0);
  CHECK(help.out.starts_with("Restaurant Order Management System with RabbitMQ and PostgreSQL\n\nUsage:\n"));
  CHECK(help.err.empty());
  for (const auto* line : {R"(./restaurant-system --setup-db --db="postgres://user:pass@localhost/restaurant")",
                           R"(./restaurant-system --setup-queues --rabbitmq="localhost:5672")",
                           R"(./restaurant-system --migrate-db --db="postgres://user:pass@localhost/restaurant")",
                           R"(./restaurant-system --dead-letters list)", "./restaurant-system --audit",
                           "./restaurant-system --prune --older-than=90d"}) {
    const auto finished = run(line);
    INFO(line << "\n" << finished.out << finished.err);
    CHECK(finished.exit_code == 0);
  }
  start(R"(./restaurant-system --mode=order-service --port=3000 --db="postgres://user:pass@localhost/restaurant")",
        "service_started");
  const auto chef = start(
      R"(./restaurant-system --mode=kitchen-worker --worker-name=pizza_chef --order-types=dine-in,takeout --db="postgres://user:pass@localhost/restaurant")",
      "worker_registered");
  CHECK(chef.message == "Worker registered for order types: dine_in,takeout");
  start(R"(./restaurant-system --mode=notification-subscriber --customer="John Doe")", "service_started");
  CHECK(last().terminate(core::after(20s)) == 0);
}

TEST_CASE_METHOD(SetUp, "usage: the environment stands for the flags, and the logging options do what they say") {
  std::filesystem::remove(folder() / "config.yaml");
  environment = {{"DB_URL", database().url()},
                 {"RABBITMQ", vhost().url()},
                 {"LOG_LEVEL", "DEBUG"},
                 {"PIZZA_ORDER_ADDRESS", "127.0.0.1"}};
  start("./restaurant-system --mode=order-service --port=3000", "service_started");
  const auto number = john_doe();
  CHECK(last().wait_for_line(logs_action("order_received", number), core::after(10s)));
  CHECK(last().terminate(core::after(20s)) == 0);

  // A flag stands before the environment.
  start("./restaurant-system --mode=order-service --port=3000 --log-level=INFO", "service_started");
  john_doe();
  CHECK(last().terminate(core::after(20s)) == 0);
  CHECK_FALSE(contains(last().output(), "order_received"));

  auto& quiet = start("./restaurant-system --mode=order-service --port=3000 --log-file=orders.log");
  REQUIRE(eventually(core::after(20s), [&] {
    std::ifstream in(folder() / "orders.log");
    return contains({std::istreambuf_iterator<char>(in), {}}, "service_started");
  }));
  CHECK(quiet.terminate(core::after(20s)) == 0);
  CHECK(quiet.output().empty());
}
