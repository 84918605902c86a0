#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::optional<LogLine> wait_for(Service& service, const std::string& action, const std::string& piece = "") {
  const auto line = service.process.wait_for_line(logs_action(action, piece), core::after(10s));
  return line ? read_log_line(line->text) : std::nullopt;
}

std::string error_text(const LogLine& line, const char* member) {
  const auto* error = line.document.find("error");
  const auto* value = error == nullptr ? nullptr : error->find(member);
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

}  // namespace

TEST_CASE("starting logs service_started, db_connected and rabbitmq_connected at INFO") {
  auto& orders = SharedRestaurant::get().orders;
  for (const auto* action : {"service_started", "db_connected", "rabbitmq_connected"}) {
    INFO(action);
    const auto line = wait_for(orders, action);
    REQUIRE(line);
    CHECK(line->level == "INFO");
    CHECK(line->service == "order-service");
    CHECK(line->request_id.starts_with("startup-"));
  }
  CHECK(wait_for(orders, "service_started")->text("max_concurrent") == "50");
  CHECK(wait_for(orders, "db_connected")->message == "Connected to PostgreSQL database");
  CHECK_FALSE(wait_for(orders, "db_connected")->text("duration_ms").empty());
  CHECK(wait_for(orders, "rabbitmq_connected")->message == "Connected to RabbitMQ exchange 'orders_topic'");
  CHECK_FALSE(wait_for(orders, "rabbitmq_connected")->text("duration_ms").empty());
}

TEST_CASE("an order's request id is echoed and goes into its log lines, its row and its message") {
  auto& shared = SharedRestaurant::get();
  const auto spy = shared.restaurant.vhost().spy("orders_topic");
  const auto answer = shared.post(order_with(), {{"X-Request-ID", "Table-7.lunch_1"}});
  REQUIRE(answer.status == 200);
  CHECK(answer.header("x-request-id") == "Table-7.lunch_1");
  for (const auto* action : {"order_received", "order_published"}) {
    INFO(action);
    const auto line = wait_for(shared.orders, action, answer.number());
    REQUIRE(line);
    CHECK(line->level == "DEBUG");
    CHECK(line->request_id == "Table-7.lunch_1");
    CHECK(line->text("order_number") == answer.number());
  }
  const auto messages = shared.restaurant.vhost().take_all(spy, 1, core::after(5s));
  REQUIRE(messages.size() == 1);
  CHECK(messages.front().correlation_id == "Table-7.lunch_1");
  shared.restaurant.vhost().remove_queue(spy);
}

TEST_CASE("a request id that is missing or malformed is replaced by a new one") {
  auto& shared = SharedRestaurant::get();
  std::vector<std::string> seen;
  for (const auto* sent : {"", "has space", "semi;colon", "{\"json\":1}"}) {
    const auto answer = shared.post(order_with(), {{"X-Request-ID", sent}});
    CHECK(answer.status == 200);
    const auto id = answer.header("x-request-id");
    CHECK_FALSE(id.empty());
    CHECK(id != sent);
    CHECK(std::ranges::find(seen, id) == seen.end());
    seen.push_back(id);
  }
  const std::string longest(128, 'r');
  CHECK(shared.post(order_with(), {{"X-Request-ID", longest}}).header("x-request-id") == longest);
  CHECK(shared.post(order_with(), {{"X-Request-ID", longest + "r"}}).header("x-request-id") != longest + "r");
}

TEST_CASE("a refused order is logged validation_failed at ERROR with every fault") {
  auto& shared = SharedRestaurant::get();
  shared.post(R"({"customer_name": "a@b", "order_type": "takeout", "items": []})", {{"X-Request-ID", "refused-2"}});
  const auto line = wait_for(shared.orders, "validation_failed", "refused-2");
  REQUIRE(line);
  CHECK(line->level == "ERROR");
  CHECK(line->request_id == "refused-2");
  CHECK(error_text(*line, "msg").find("customer_name") != std::string::npos);
  CHECK(error_text(*line, "msg").find("items") != std::string::npos);
  CHECK_FALSE(error_text(*line, "stack").empty());

  // Whatever a client sends, a log line stays one line of valid JSON.
  shared.post("{\"customer_name\": \"\\\"}\\n{\\\"level\\\":\\\"INFO\\\"\"}", {{"X-Request-ID", "refused-3"}});
  shared.post("\xff\xfe{", {{"X-Request-ID", "refused-4"}});
  CHECK(wait_for(shared.orders, "validation_failed", "refused-3"));
  CHECK(wait_for(shared.orders, "validation_failed", "refused-4"));
}

TEST_CASE("an order that the database refuses is a 500, logged db_transaction_failed with a stack, and leaves no gap") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  auto& database = restaurant.database();
  database.execute("ALTER TABLE orders ADD CONSTRAINT planted CHECK (customer_name <> 'Culprit')");
  REQUIRE(post_order(orders.port, takeout_order()).number().ends_with("_001"));
  const auto answer = post_order(orders.port, takeout_order("Culprit"), {{"X-Request-ID", "culprit-1"}});
  CHECK(answer.status == 500);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(answer.text("error") == "order_refused");
  CHECK(answer.body.find("planted") == std::string::npos);
  const auto line = wait_for(orders, "db_transaction_failed");
  REQUIRE(line);
  CHECK(line->level == "ERROR");
  CHECK(line->request_id == "culprit-1");
  CHECK(error_text(*line, "msg").find("planted") != std::string::npos);
  CHECK(error_text(*line, "stack").find("SqlOrderStore") != std::string::npos);
  CHECK(post_order(orders.port, takeout_order()).number().ends_with("_002"));
  CHECK(database.value("SELECT count(*) FROM orders") == "2");
  check_output(orders);
}

TEST_CASE("every line on stdout is one JSON object with all core fields, and stderr stays empty") {
  auto& shared = SharedRestaurant::get();
  shared.post(order_with());
  shared.post("{}");
  shared.orders.get("/nowhere");
  shared.orders.get("/orders/ORD_20000101_001/status");
  shared.restaurant.database().disconnect_everyone();  // libpq has something to say about that
  CHECK(eventually(core::after(10s), [&] { return shared.post(order_with()).status == 200; }));
  CHECK(shared.orders.process.stdout_lines().size() > 10);
  check_output(shared.orders);
}

TEST_CASE("--log-level decides what is written") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service({{"--log-level=ERROR"}});
  REQUIRE(post_order(orders.port, takeout_order()).status == 200);
  REQUIRE(post_order(orders.port, "{}").status == 400);
  REQUIRE(wait_for(orders, "validation_failed"));
  const auto lines = orders.process.stdout_lines();
  CHECK(std::ranges::all_of(lines, [](const std::string& text) {
    const auto line = read_log_line(text);
    return line && line->level == "ERROR";
  }));
}
