#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "scrape.hpp"
#include "support/eventually.hpp"
#include "support/tcp_proxy.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kToken = "a-token-of-the-staff-0123456789";

struct Kitchen {
  Kitchen() {
    auto extra = admin.extra();
    extra.environment.emplace("PIZZA_ORDER_STAFF_TOKEN", kToken);
    orders = &restaurant.start_order_service(extra);
  }
  bool reaches(std::uint16_t port, const std::string& series, double wanted) {
    const auto reached = [&] { return figure(port, series) == wanted; };
    if (eventually(core::after(15s), reached)) return true;
    UNSCOPED_INFO(scrape(port));
    return false;
  }
  bool orders_show(const std::string& series, double wanted) { return reaches(admin.port, series, wanted); }
  int place(const std::string& body, const http::Client::Headers& headers = {}) {
    const auto answer = orders->post("/orders", body, headers);
    return answer ? answer->status : 0;
  }

  Restaurant restaurant;
  AdminPort admin{"PIZZA_ORDER_ADMIN_PORT"};
  Service* orders = nullptr;
};

/// Of 20.00 a piece: 1 is of priority 1, 3 of 5, 6 of 10.
std::string body(const std::string& type, int pieces) {
  const std::string more = type == "dine_in"    ? R"(,"table_number":3)"
                           : type == "delivery" ? R"(,"delivery_address":"1 Long Street, Town")"
                                                : "";
  return fmt::format(
      R"({{"customer_name":"Anna","order_type":"{}","items":[{{"name":"Pizza","quantity":{},"price":20.00}}]{}}})",
      type, pieces, more);
}

std::string stored(const std::string& type, int priority) {
  return fmt::format(R"(pizza_orders_total{{priority="{}",type="{}"}})", priority, type);
}

std::string refused(const std::string& reason) {
  return fmt::format(R"(pizza_orders_refused_total{{reason="{}"}})", reason);
}

std::string requests(const std::string& method, const std::string& route, int status) {
  return fmt::format(R"(pizza_http_request_duration_seconds_count{{method="{}",route="{}",status="{}"}})", method,
                     route, status);
}

std::string of_type(const std::string& name, const std::string& type) {
  return fmt::format(R"({}{{type="{}"}})", name, type);
}

std::string step(const std::string& name, const std::string& outcome) {
  return fmt::format(R"(pizza_kitchen_steps_total{{outcome="{}",step="{}"}})", outcome, name);
}

std::size_t series_in(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("\npizza_"); at != std::string::npos; at = text.find("\npizza_", at + 1)) ++count;
  return count;
}

const std::vector<std::string> kTypes{"dine_in", "takeout", "delivery"};

}  // namespace

TEST_CASE("orders of each type and priority are counted on their whole way") {
  Kitchen here;
  for (const auto& type : kTypes) {
    for (const int priority : {1, 5, 10}) CHECK(figure(here.admin.port, stored(type, priority)) == 0);
  }
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    bodies.insert(bodies.end(), i + 1, body(kTypes[i], 1));
    bodies.insert(bodies.end(), {body(kTypes[i], 3), body(kTypes[i], 6), body(kTypes[i], 6)});
  }
  for (const auto& each : bodies) CHECK(here.place(each) == 200);
  const auto placed = static_cast<double>(bodies.size());
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    CHECK(figure(here.admin.port, stored(kTypes[i], 1)) == static_cast<double>(i + 1));
    CHECK(figure(here.admin.port, stored(kTypes[i], 5)) == 1);
    CHECK(figure(here.admin.port, stored(kTypes[i], 10)) == 2);
  }
  CHECK(figure(here.admin.port, "pizza_intake_batch_orders_sum") == placed);
  CHECK(here.orders_show(requests("POST", "/orders", 200), placed));

  const auto cook = here.restaurant.start_kitchen("chef_counted", {{"--cooking-time=0.2", "--prefetch=4"}, {}}).port;
  INFO(here.restaurant.output());
  CHECK(here.reaches(cook, step("finish", "done"), placed));
  CHECK(figure(cook, step("claim", "started")) == placed);
  CHECK(figure(cook, "pizza_worker_online") == 1);
  CHECK(here.reaches(cook, "pizza_kitchen_in_flight", 0));
  const auto text = scrape(cook);
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    const double count = 4.0 + static_cast<double>(i);
    for (const auto* what : {"wait", "cook", "total"}) {
      CHECK(figure(text, of_type(fmt::format("pizza_order_{}_seconds_count", what), kTypes[i])) == count);
    }
    const auto sum = [&](const char* what) {
      return figure(text, of_type(fmt::format("pizza_order_{}_seconds_sum", what), kTypes[i])).value_or(-1);
    };
    const auto of_database = [&](const std::string& seconds) {
      return std::stod(here.restaurant.database().value("SELECT sum(extract(epoch FROM " + seconds +
                                                        ")) FROM orders JOIN order_stages ON order_id = orders.id"
                                                        " WHERE type = '" +
                                                        kTypes[i] + "'"));
    };
    // Each is told in whole milliseconds.
    CHECK(sum("cook") == Approx(of_database("finished_at - started_at")).margin(0.001 * count));
    CHECK(sum("total") == Approx(of_database("completed_at - orders.created_at")).margin(0.001 * count));
    CHECK(sum("wait") > 0);
  }
}

TEST_CASE("an order that is not taken, and one that is answered again, are no order stored") {
  Kitchen here;
  const http::Client::Headers key{{"Idempotency-Key", "once"}};
  CHECK(here.place(body("takeout", 1), key) == 200);
  CHECK(here.place(body("takeout", 1), key) == 200);
  CHECK(here.place(body("takeout", 3), key) == 422);
  CHECK(here.place("{}") == 400);
  CHECK(here.place("not JSON") == 400);
  CHECK(figure(here.admin.port, stored("takeout", 1)) == 1);
  CHECK(figure(here.admin.port, stored("takeout", 5)) == 0);
  CHECK(figure(here.admin.port, "pizza_intake_batch_orders_count") == 1);
  CHECK(figure(here.admin.port, refused("validation")) == 2);
  CHECK(figure(here.admin.port, refused("conflict")) == 1);
  for (const auto* reason : {"overloaded", "broker", "database", "data", "unknown"}) {
    CHECK(figure(here.admin.port, refused(reason)) == 0);
  }
  CHECK(here.orders_show(requests("POST", "/orders", 422), 1));
}

TEST_CASE("an order whose COMMIT was in doubt, and had happened, is counted once") {
  Restaurant restaurant;
  TcpProxy proxy(restaurant.database().server().port);
  AdminPort admin("PIZZA_ORDER_ADMIN_PORT");
  auto extra = admin.extra();
  extra.environment.emplace("DB_URL",
                            fmt::format("postgres://{}:{}@127.0.0.1:{}/{}", restaurant.database().user(),
                                        restaurant.database().password(), proxy.port(), restaurant.database().name()));
  const auto& orders = restaurant.start_order_service(extra);
  proxy.cut_after_client_sends("COMMIT");
  CHECK(orders.post("/orders", body("takeout", 1))->status == 200);
  CHECK(proxy.cuts() == 1);
  CHECK(figure(admin.port, stored("takeout", 1)) == 1);
  CHECK(figure(admin.port, "pizza_intake_batch_orders_sum") == 1);
}

TEST_CASE("what is asked about makes no series of its own") {
  Kitchen here;
  AdminPort tracking_admin("PIZZA_TRACKING_ADMIN_PORT");
  auto& tracking = here.restaurant.start_tracking(tracking_admin.extra());
  const std::string known = "/orders/" + here.restaurant.place(body("takeout", 1)) + "/status";
  constexpr int kTimes = 20;
  std::size_t series = 0;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kTimes; ++i) {
      CHECK(tracking.get(fmt::format("/orders/ORD_2026010{}_{:03}/status", round, i))->status == 404);
      CHECK(tracking.get(fmt::format("/nowhere/{}/{}", round, i))->status == 404);
      CHECK(tracking.post(fmt::format("/orders/{}", i), "")->status == 405);
    }
    CHECK(tracking.get(known)->status == 200);
    const auto port = tracking_admin.port;
    CHECK(here.reaches(port, requests("GET", "/orders/{number}/status", 404), kTimes * (round + 1)));
    CHECK(here.reaches(port, requests("GET", "other", 404), kTimes * (round + 1)));
    CHECK(here.reaches(port, requests("POST", "/orders/{number}", 405), kTimes * (round + 1)));
    CHECK(here.reaches(port, requests("GET", "/orders/{number}/status", 200), round + 1));
    const auto text = scrape(port);
    if (round == 1) CHECK(series_in(text) == series);
    series = series_in(text);
    CHECK(text.find("ORD_") == std::string::npos);
    CHECK(text.find("nowhere") == std::string::npos);
  }
}

TEST_CASE("dead letters and cancelled orders are counted by the worker that met them") {
  Kitchen here;
  const auto cook = here.restaurant.start_kitchen("chef_counted", {{"--cooking-time=600", "--prefetch=4"}, {}}).port;
  auto& vhost = here.restaurant.vhost();
  vhost.publish("orders_topic", "kitchen.takeout.1", "no order");
  vhost.publish(
      "orders_topic", "kitchen.takeout.1",
      R"({"order_number":"ORD_20260101_999","customer_name":"Anna","order_type":"takeout","table_number":null,)"
      R"("delivery_address":null,"items":[{"name":"Pizza","quantity":1,"price":20.00}],"total_amount":20.00,)"
      R"("priority":1})");
  INFO(here.restaurant.output());
  CHECK(here.reaches(cook, R"(pizza_dead_letters_total{reason="unreadable"})", 1));
  CHECK(here.reaches(cook, R"(pizza_dead_letters_total{reason="unknown_order"})", 1));
  CHECK(figure(cook, step("claim", "dead_letter")) == 1);

  const auto number = here.restaurant.place(body("takeout", 1));
  REQUIRE(here.restaurant.wait_status(number, "cooking"));
  CHECK(here.reaches(cook, "pizza_kitchen_in_flight", 1));
  CHECK(here.orders->post("/orders/" + number + "/cancel", "", {{"Authorization", std::string{"Bearer "} + kToken}})
            ->status == 200);
  CHECK(here.reaches(cook, step("cook", "cancelled"), 1));
  CHECK(here.reaches(cook, "pizza_kitchen_in_flight", 0));
  CHECK(figure(cook, step("finish", "done")) == 0);
  CHECK(figure(cook, of_type("pizza_order_cook_seconds_count", "takeout")) == 0);
  CHECK(figure(cook, of_type("pizza_order_wait_seconds_count", "takeout")) == 1);
  CHECK(here.orders_show(requests("POST", "/orders/{number}/cancel", 200), 1));
}
