#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "answers.hpp"
#include "json/reader.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"
#include "support/stored_orders.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::Restaurant;
using test::store_order;
using test::text;

json::Value body_of(const std::optional<http::Response>& response) {
  REQUIRE(response);
  REQUIRE(response->status == 200);
  auto document = json::read(response->body);
  REQUIRE(document);
  return std::move(*document);
}

TEST_CASE("status answers with exactly the printed members, whatever the status") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  store_order(restaurant.database(), {.number = "ORD_20241216_001",
                                      .status = "cooking",
                                      .cook = "chef_mario",
                                      .also = "updated_at = '2024-12-16 10:32:00Z', "
                                              "estimated_completion = '2024-12-16 10:42:00Z'"});
  store_order(restaurant.database(), {.number = "ORD_20241216_002",
                                      .status = "ready",
                                      .also = "completed_at = '2024-12-16 10:41:00Z', "
                                              "estimated_completion = '2024-12-16 10:42:00Z'"});
  store_order(restaurant.database(), {.number = "ORD_20241216_1000"});
  const auto cooking = tracking.get("/orders/ORD_20241216_001/status");
  REQUIRE(cooking);
  CHECK(cooking->body ==
        R"({"order_number":"ORD_20241216_001","current_status":"cooking","updated_at":"2024-12-16T10:32:00Z",)"
        R"("estimated_completion":"2024-12-16T10:42:00Z","processed_by":"chef_mario"})");
  const auto ready = body_of(tracking.get("/orders/ORD_20241216_002/status"));
  CHECK(text(ready, "estimated_completion") == "2024-12-16T10:41:00Z");
  const auto received = body_of(tracking.get("/orders/ORD_20241216_1000/status"));
  CHECK(text(received, "processed_by") == "(null)");
  CHECK(core::parse_utc(text(received, "estimated_completion")).value() > std::chrono::system_clock::now());
}

TEST_CASE("an estimate grows with what waits before the order and with what the cooks can do") {
  Restaurant restaurant;
  restaurant.database().execute(
      "INSERT INTO workers (name, type, prefetch, cooking_time_ms) VALUES ('chef_anna', 'general', 2, 10000)");
  std::vector<std::string> orders;
  for (int i = 0; i < 100; ++i) orders.push_back(store_order(restaurant.database()));
  const auto& tracking = restaurant.start_tracking();
  const auto seconds_left = [&](const std::string& number) {
    const auto order = body_of(tracking.get("/orders/" + number + "/status"));
    const auto left = *core::parse_utc(text(order, "estimated_completion")) - std::chrono::system_clock::now();
    return std::chrono::duration<double>(left).count();
  };
  // 100 orders of 10 s on two places: the last is ready in 99 × 10 / 2 + 10 s, the first in 10 s.
  REQUIRE(test::eventually(core::after(10s), [&] { return seconds_left(orders.back()) > 400; }));
  CHECK(seconds_left(orders.back()) == Approx(505).margin(10));
  CHECK(seconds_left(orders.at(50)) == Approx(260).margin(15));
  CHECK(seconds_left(orders.front()) == Approx(10).margin(3));
}

TEST_CASE("history has every transition in order and nothing else") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  store_order(restaurant.database(),
              {.number = "ORD_20241216_001",
               .status = "cooking",
               .cook = "chef_mario",
               .also = "created_at = '2024-12-16 10:30:00Z', cooking_started_at = '2024-12-16 10:32:00Z'"});
  restaurant.database().execute(
      "INSERT INTO order_status_log (order_id, changed_by, notes) VALUES (1, 'chef_mario', 'an event')");
  const auto history = tracking.get("/orders/ORD_20241216_001/history");
  REQUIRE(history);
  CHECK(history->status == 200);
  CHECK(history->body == R"([{"status":"received","timestamp":"2024-12-16T10:30:00Z","changed_by":"order-service"},)"
                         R"({"status":"cooking","timestamp":"2024-12-16T10:32:00Z","changed_by":"chef_mario"}])");
}

TEST_CASE("a worker is offline if it said so or was not seen for twice its own heartbeat interval") {
  Restaurant restaurant;
  restaurant.database().execute(
      "INSERT INTO workers (name, type, status, last_seen, heartbeat_interval, orders_processed) VALUES "
      "('fresh', 'general', 'online', now() - interval '50 seconds', 30, 5),"
      "('stale', 'general', 'online', now() - interval '70 seconds', 30, 0),"
      "('slow heart', 'general', 'online', now() - interval '70 seconds', 60, 0),"
      "('gone', 'general', 'offline', now(), 30, 3)");
  const auto& tracking = restaurant.start_tracking();
  const auto document = body_of(tracking.get("/workers/status"));
  std::string seen;
  for (const auto& worker : *document.array()) seen += text(worker, "worker_name") + "=" + text(worker, "status") + " ";
  CHECK(seen == "fresh=online gone=offline slow heart=online stale=offline ");
  const auto& first = document.array()->front();
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(first.object()->at(i).first == std::array{"worker_name", "status", "orders_processed", "last_seen"}.at(i));
  }
  CHECK(text(first, "orders_processed") == "5");
  CHECK(core::parse_utc(text(first, "last_seen")));
}

TEST_CASE("unknown and malformed numbers are 404, other methods 405, all of them problem documents") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  for (const auto* number : {"ORD_20241216_001", "ORD_20241301_001", "ORD_20241216_01", "x", "ORD_20241216_001%00",
                             "ORD_20241216_001'--", "%D3%99", "ord_20241216_001"}) {
    for (const auto* what : {"/status", "/history"}) {
      const auto answer = tracking.get(std::string{"/orders/"} + number + what);
      INFO(number << what);
      REQUIRE(answer);
      CHECK((answer->status == 404 || answer->status == 400));
      CHECK(answer->content_type == "application/problem+json");
    }
  }
  const auto wrong_method = tracking.post("/workers/status", "{}");
  REQUIRE(wrong_method);
  CHECK(wrong_method->status == 405);
}

TEST_CASE("the tracking service cannot write and needs no broker") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking({.environment = {{"RABBITMQ", "127.0.0.1:1"}}});
  CHECK(tracking.ready());
  const auto sessions = restaurant.database().query(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tracking-service%' AND datname = "
      "current_database()");
  CHECK(std::stoi(sessions.at(0).at(0)) > 0);
  // A role that may only read is enough for everything it does.
  auto& database = restaurant.database();
  const auto reader = test::unique_name("reader");
  database.query_as_admin("CREATE ROLE " + reader + " LOGIN PASSWORD 'reading'");
  database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + reader);
  const auto url = "postgres://" + reader + ":reading@" + database.server().host + ":" +
                   std::to_string(database.server().port) + "/" + database.name();
  const auto& modest = restaurant.start_tracking({.environment = {{"DB_URL", url}}});
  CHECK(modest.get("/workers/status")->status == 200);
  database.query_as_admin("DROP OWNED BY " + reader);
  database.query_as_admin("DROP ROLE " + reader);
}

TEST_CASE("when the database goes it answers 500 and says why in its log, and goes on when it is back") {
  auto servers = test::Servers::own();
  Restaurant restaurant(servers);
  auto& tracking = restaurant.start_tracking();
  REQUIRE(tracking.get("/workers/status")->status == 200);
  servers.stop_database(test::Servers::Ending::immediate);
  const auto down = tracking.get("/workers/status");
  REQUIRE(down);
  CHECK(down->status == 500);
  CHECK(down->content_type == "application/problem+json");
  CHECK(test::eventually(core::after(10s), [&] { return !tracking.ready(); }));
  INFO(tracking.process.output());
  CHECK(tracking.process.wait_for_line(test::logs_action("db_query_failed"), core::after(15s)));
  servers.start_database();
  CHECK(test::eventually(core::after(20s), [&] { return tracking.get("/workers/status")->status == 200; }));
}

TEST_CASE("every line is a log object, requests are logged at DEBUG, and it stops when asked") {
  Restaurant restaurant;
  auto& tracking = restaurant.start_tracking();
  tracking.get("/orders/ORD_20241216_001/status");
  const auto line = tracking.process.wait_for_line(test::logs_action("request_received"), core::after(5s));
  REQUIRE(line);
  const auto logged = test::read_log_line(line->text);
  REQUIRE(logged);
  CHECK(logged->level == "DEBUG");
  CHECK(logged->text("endpoint") == "/orders/ORD_20241216_001/status");
  CHECK(tracking.process.terminate(core::after(10s)) == 0);
  for (const auto& output : tracking.process.stdout_lines()) CHECK(test::log_line_faults(output).empty());
  CHECK(tracking.process.stderr_lines().empty());
}

}  // namespace
