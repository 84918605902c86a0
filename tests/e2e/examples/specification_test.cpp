#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "terminal.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// The members of each line, as printed: `{"worker_name":…`.
bool begins_with_members(const std::string& object, std::initializer_list<const char*> members) {
  std::size_t at = 0;
  for (const auto* member : members) {
    const auto found = object.find("\"" + std::string{member} + "\":", at);
    if (found == std::string::npos) return false;
    at = found;
  }
  return true;
}

}  // namespace

TEST_CASE("the newer specification: every command line as printed, from the order to the notification") {
  Terminal terminal;
  REQUIRE(terminal.run("./restaurant-system --setup-db").exit_code == 0);
  REQUIRE(terminal.run("./restaurant-system --setup-queues").exit_code == 0);

  const auto started = terminal.start("./restaurant-system --mode=order-service --port=3000", "service_started");
  const auto port = std::to_string(terminal.order_port());
  CHECK(started.level == "INFO");
  CHECK(started.service == "order-service");
  CHECK(started.message == "Order Service started on port " + port);
  CHECK(started.text("port") == port);
  CHECK(started.text("max_concurrent") == "50");
  for (const auto& [action, message] :
       std::map<std::string, std::string>{{"db_connected", "Connected to PostgreSQL database"},
                                          {"rabbitmq_connected", "Connected to RabbitMQ exchange 'orders_topic'"}}) {
    const auto line = terminal.last().wait_for_line(logs_action(action), core::after(10s));
    REQUIRE(line);
    const auto read = read_log_line(line->text).value();
    CHECK(read.message == message);
    CHECK(read.level == "INFO");
    CHECK_FALSE(read.text("duration_ms").empty());
  }

  const auto placed = terminal.curl(R"(curl -X POST http://localhost:3000/orders \
  -H "Content-Type: application/json" \
  -d '{
        "customer_name": "Jane Doe",
        "order_type": "takeout",
        "items": [
          {"name": "Margherita Pizza", "quantity": 1, "price": 15.99},
          {"name": "Caesar Salad", "quantity": 1, "price": 8.99}
        ]
      }')");
  INFO(placed.body);
  CHECK(placed.status == "200");
  CHECK(begins_with_members(placed.body, {"order_number", "status", "total_amount"}));
  CHECK(placed.text("status") == "received");
  CHECK(placed.text("total_amount") == "24.98");
  const auto number = placed.text("order_number");
  CHECK(number.ends_with("_001"));
  terminal.call_order(number);

  const auto tracking = terminal.start("./restaurant-system --mode=tracking-service --port=3002", "service_started");
  CHECK(tracking.message == "Tracking Service started on port " + std::to_string(terminal.tracking_port()));
  auto status = terminal.curl("curl http://localhost:3002/orders/ORD_20241216_001/status");
  CHECK(status.status == "200");
  CHECK(begins_with_members(status.body,
                            {"order_number", "current_status", "updated_at", "estimated_completion", "processed_by"}));
  CHECK(status.text("current_status") == "received");
  CHECK(terminal.curl("curl http://localhost:3002/workers/status").body == "[]");

  std::vector<Process*> subscribers;
  for (int i = 0; i < 2; ++i) {
    terminal.start("./restaurant-system --mode=notification-subscriber", "service_started");
    subscribers.push_back(&terminal.last());
  }

  terminal.start(R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_mario" --order-types="dine_in" &)",
                 "worker_registered");
  terminal.start(R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_luigi" --order-types="delivery" &)",
                 "worker_registered");
  const auto anna = terminal.start(
      R"(./restaurant-system --mode=kitchen-worker --worker-name="chef_anna" --prefetch=1)", "worker_registered");
  CHECK(anna.text("worker_name") == "chef_anna");

  // Takeout: chef_anna is the only one who cooks it.
  for (auto* subscriber : subscribers) {
    const auto heard = subscriber->wait_for_text(
        "Notification for order " + number + ": Status changed from 'received' to 'cooking' by chef_anna.",
        core::after(20s));
    INFO(terminal.output());
    REQUIRE(heard);
    REQUIRE(subscriber->wait_for_text(
        "Notification for order " + number + ": Status changed from 'cooking' to 'ready' by chef_anna.",
        core::after(20s)));
    const auto line = subscriber->wait_for_line(logs_action("notification_received"), core::after(10s));
    REQUIRE(line);
    const auto read = read_log_line(line->text).value();
    CHECK(read.message == "Received status update for order " + number);
    CHECK(read.text("order_number") == number);
    CHECK(read.text("new_status") == "cooking");
  }

  status = terminal.curl("curl http://localhost:3002/orders/ORD_20241216_001/status");
  CHECK(status.text("current_status") == "ready");
  CHECK(status.text("processed_by") == "chef_anna");
  const auto history = terminal.curl("curl http://localhost:3002/orders/ORD_20241216_001/history");
  REQUIRE(history.size() == 3);
  CHECK(begins_with_members(history.body, {"status", "timestamp", "changed_by"}));
  CHECK(history.text(0, "status") == "received");
  CHECK(history.text(0, "changed_by") == "order-service");
  CHECK(history.text(1, "status") == "cooking");
  CHECK(history.text(1, "changed_by") == "chef_anna");
  CHECK(history.text(2, "status") == "ready");

  const auto workers = terminal.curl("curl http://localhost:3002/workers/status");
  REQUIRE(workers.size() == 3);
  CHECK(begins_with_members(workers.body, {"worker_name", "status", "orders_processed", "last_seen"}));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(workers.text(i, "status") == "online");
    CHECK(workers.text(i, "orders_processed") == (workers.text(i, "worker_name") == "chef_anna" ? "1" : "0"));
    CHECK(core::parse_utc(workers.text(i, "last_seen")));
  }
}
