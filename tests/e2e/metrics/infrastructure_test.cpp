#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "scrape.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// The pair that a case of this file breaks and mends.
Servers& breakable() {
  static Servers servers = Servers::own();
  return servers;
}

/// The series comes to this value within half a minute.
bool comes_to(std::uint16_t port, const std::string& series, double value) {
  return eventually(core::after(30s), [&] { return figure(port, series) == value; });
}

/// All four services, and where each tells its figures.
struct EveryService {
  explicit EveryService(const Servers& servers = Servers::shared()) : restaurant(servers) {
    restaurant.start_order_service(order_port.extra());
    restaurant.start_tracking(tracking_port.extra());
    ports["order-service"] = order_port.port;
    ports["tracking-service"] = tracking_port.port;
    ports["kitchen-worker"] = restaurant.start_kitchen("chef_counted", {{"--cooking-time=0.1"}, {}}).port;
    ports["notification-subscriber"] = restaurant.start_subscriber().port;
  }
  Restaurant restaurant;
  AdminPort order_port{"PIZZA_ORDER_ADMIN_PORT"};
  AdminPort tracking_port{"PIZZA_TRACKING_ADMIN_PORT"};
  std::map<std::string, std::uint16_t> ports;
};

}  // namespace

TEST_CASE("every service tells its release, its process and its log lines") {
  EveryService all;
  for (const auto& [service, port] : all.ports) {
    const auto text = scrape(port);
    INFO(service << "\n" << text << all.restaurant.output());
    CHECK(text.find("pizza_build_info{service=\"" + service + "\",version=\"") != std::string::npos);
    CHECK(figure(text, "process_threads").value_or(0) >= 4);
    CHECK(figure(text, "process_open_fds").value_or(0) >= 4);
    CHECK(figure(text, "process_resident_memory_bytes").value_or(0) > 1e6);
    CHECK(figure(text, "process_cpu_seconds_total").value_or(0) > 0);
    CHECK(figure(text, "process_max_fds").value_or(0) > 0);
    CHECK(figure(text, "process_start_time_seconds").value_or(0) > 1.7e9);
    CHECK(figure(text, "pizza_log_lines_total{level=\"info\"}").value_or(0) >= 1);
    CHECK(figure(text, "pizza_log_lines_total{level=\"error\"}") == 0);
    CHECK(figure(text, "pizza_log_lines_dropped_total") == 0);
  }
}

TEST_CASE("what a service asks of its servers is counted from the start, also what never happened") {
  EveryService all;
  REQUIRE(all.restaurant.wait_status(all.restaurant.place(takeout_order()), "ready"));
  for (const auto& [service, port] : all.ports) {
    const auto text = scrape(port);
    INFO(service << "\n" << text << all.restaurant.output());
    const bool has_database = service != "notification-subscriber";
    const bool has_broker = service != "tracking-service";
    CHECK(figure(text, "pizza_dependency_up{dependency=\"database\"}") ==
          (has_database ? std::optional{1.0} : std::nullopt));
    CHECK(figure(text, "pizza_dependency_up{dependency=\"rabbitmq\"}") ==
          (has_broker ? std::optional{1.0} : std::nullopt));
    for (const auto* kind : {"connection", "timeout", "conflict", "data", "other"}) {
      const auto errors = figure(text, "pizza_db_errors_total{kind=\"" + std::string{kind} + "\"}");
      CHECK(errors == (has_database ? std::optional{0.0} : std::nullopt));
    }
    CHECK((figure(text, "pizza_db_connections_opened_total").value_or(0) >= 1) == has_database);
    for (const auto* reason : {"returned", "nacked", "unconfirmed", "connection"}) {
      const auto failures = figure(text, "pizza_publish_failures_total{reason=\"" + std::string{reason} + "\"}");
      CHECK(failures == (has_broker ? std::optional{0.0} : std::nullopt));
    }
    CHECK(figure(text, "pizza_broker_blocked") == (has_broker ? std::optional{0.0} : std::nullopt));
    CHECK(figure(text, "pizza_broker_reconnects_total{connection=\"publisher\"}") ==
          (has_broker ? std::optional{0.0} : std::nullopt));
  }
  const auto order = scrape(all.ports["order-service"]);
  INFO(order);
  CHECK(figure(order, "pizza_db_query_duration_seconds_count{statement=\"take_numbers\"}") == 1);
  CHECK(figure(order, "pizza_db_query_duration_seconds_sum{statement=\"take_numbers\"}").value_or(0) > 0);
  CHECK(figure(order, "pizza_db_query_duration_seconds_count{statement=\"commit\"}").value_or(0) >= 1);
  CHECK(figure(order, "pizza_publish_confirm_seconds_count") == 1);
  CHECK(figure(order, "pizza_publish_confirm_seconds_sum").value_or(0) > 0);
  for (const auto* service : {"order-service", "kitchen-worker"}) {
    CHECK(comes_to(all.ports[service], "pizza_outbox_pending", 0));
    CHECK(comes_to(all.ports[service], "pizza_outbox_oldest_seconds", 0));
  }
  CHECK(comes_to(all.ports["kitchen-worker"], "pizza_publish_confirm_seconds_count", 2));
  CHECK(figure(all.ports["kitchen-worker"], "pizza_broker_reconnects_total{connection=\"consumer\"}") == 0);
}

TEST_CASE("servers that go away, come back and block are seen in the figures") {
  EveryService all(breakable());
  const auto order = all.ports["order-service"];
  const auto kitchen = all.ports["kitchen-worker"];
  const std::string database_up = "pizza_dependency_up{dependency=\"database\"}";
  const std::string broker_up = "pizza_dependency_up{dependency=\"rabbitmq\"}";

  breakable().stop_database(Servers::Ending::immediate);
  for (const auto port : {order, kitchen, all.ports["tracking-service"]}) {
    CHECK(comes_to(port, database_up, 0));
    CHECK(figure(port, "pizza_db_errors_total{kind=\"connection\"}").value_or(0) >= 1);
  }
  for (const auto port : {order, kitchen}) {
    CHECK(figure(port, broker_up) == 1);
    CHECK(eventually(core::after(30s), [&] { return std::isnan(figure(port, "pizza_outbox_pending").value_or(0)); }));
    CHECK(std::isnan(figure(port, "pizza_outbox_oldest_seconds").value_or(0)));
  }
  breakable().start_database();
  for (const auto port : {order, kitchen}) {
    CHECK(comes_to(port, database_up, 1));
    CHECK(comes_to(port, "pizza_outbox_pending", 0));
  }

  breakable().flush_broker();
  breakable().kill_broker();
  for (const auto port : {order, kitchen, all.ports["notification-subscriber"]}) CHECK(comes_to(port, broker_up, 0));
  breakable().start_broker();
  for (const auto port : {order, kitchen, all.ports["notification-subscriber"]}) CHECK(comes_to(port, broker_up, 1));
  CHECK(figure(order, "pizza_broker_reconnects_total{connection=\"publisher\"}") == 1);
  for (const auto port : {kitchen, all.ports["notification-subscriber"]}) {
    CHECK(figure(port, "pizza_broker_reconnects_total{connection=\"publisher\"}") == 1);
    CHECK(figure(port, "pizza_broker_reconnects_total{connection=\"consumer\"}") == 1);
  }

  breakable().broker_alarm(true);
  const auto number = all.restaurant.place(takeout_order());
  CHECK(comes_to(order, "pizza_broker_blocked", 1));
  CHECK(comes_to(order, "pizza_outbox_pending", 1));
  CHECK(figure(order, "pizza_outbox_oldest_seconds").value_or(0) > 0);
  CHECK(figure(order, broker_up) == 1);
  breakable().broker_alarm(false);
  CHECK(comes_to(order, "pizza_broker_blocked", 0));
  CHECK(comes_to(order, "pizza_outbox_pending", 0));
  CHECK(all.restaurant.wait_status(number, "ready"));
}
