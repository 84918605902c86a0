#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "scrape.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// All four services, and where each tells its figures.
struct Everything {
  Everything() {
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
  Everything all;
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
