#include "house.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <unistd.h>

#include "core/error.hpp"
#include "load.hpp"
#include "support/names.hpp"

namespace pizza::bench {

using namespace std::chrono_literals;

namespace {
constexpr const char* kNotifications = "bench_notifications";
constexpr std::array kCooksQueues{"kitchen_dine_in_queue", "kitchen_takeout_queue", "kitchen_delivery_queue"};
}  // namespace

Folder::Folder() : path_(std::filesystem::temp_directory_path() / test::unique_name("pizza_bench")) {
  std::filesystem::create_directories(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

House::House(const test::Servers& servers) : restaurant_(servers) {}

test::Extra House::extra(const std::string& name, std::vector<std::string> flags) const {
  return {.flags = std::move(flags),
          .environment = {{"LOG_LEVEL", "INFO"}, {"PIZZA_LOGGING_FILE", folder_.path() / (name + ".log")}}};
}

test::Service& House::start_order_service() {
  auto with_figures = extra("order-service");
  order_figures_port_ = test::free_port();
  with_figures.environment.emplace("PIZZA_ORDER_ADMIN_PORT", std::to_string(order_figures_port_));
  return restaurant_.start_order_service(with_figures);
}

test::Service& House::start_tracking() { return restaurant_.start_tracking(extra("tracking-service")); }

test::Service& House::start_cook(const std::string& name, std::vector<std::string> flags) {
  return restaurant_.start_kitchen(name, extra(name, std::move(flags)));
}

test::Service& House::start_subscriber() {
  return restaurant_.start_subscriber({.environment = {{"LOG_LEVEL", "INFO"}}});
}

double House::drain_outbox() {
  return seconds_until(std::chrono::steady_clock::now(), 60s,
                       [this] { return database().value("SELECT count(*) FROM outbox") == "0"; });
}

void House::keep_notifications() {
  vhost().declare_queue(kNotifications);
  vhost().bind(kNotifications, "notifications_fanout");
}

void House::empty_queues() {
  for (const auto* queue : kCooksQueues) {
    if (vhost().has_queue(queue)) vhost().purge(queue);
  }
  if (vhost().has_queue(kNotifications)) vhost().purge(kNotifications);
}

std::int64_t House::asked_for() {
  std::size_t messages = 0;
  for (const auto* queue : kCooksQueues) messages += vhost().count(queue);
  return static_cast<std::int64_t>(messages);
}

std::int64_t House::count(const std::string& condition) {
  return std::stoll(database().value("SELECT count(*) FROM orders WHERE " + condition));
}

std::int64_t House::fill_line(const test::Service& order_service, std::int64_t count, const std::string& script) {
  const auto waiting = [this] { return this->count("status = 'received'"); };
  while (waiting() < count) {
    if (run_wrk(order_service.port, script, 1s).count == 0) throw core::Error("no order is taken");
  }
  std::this_thread::sleep_for(500ms);  // what wrk had sent when its time was over is taken too
  drain_outbox();
  return waiting();
}

double House::take_orders(const test::Service& order_service, std::chrono::milliseconds length) {
  const auto rate = run_wrk(order_service.port, "wrk_orders.lua", length).per_second;
  drain_outbox();
  return rate;
}

void House::forget_waiting() {
  database().execute(
      "WITH gone AS (DELETE FROM orders WHERE status = 'received' RETURNING id), log AS ("
      "DELETE FROM order_status_log WHERE order_id IN (SELECT id FROM gone)), items AS ("
      "DELETE FROM order_items WHERE order_id IN (SELECT id FROM gone)) SELECT count(*) FROM gone");
}

double processor_seconds(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // After the name in parentheses: state, then numbers; user and system time are the 14th and 15th of all.
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double seconds_until(std::chrono::steady_clock::time_point start, std::chrono::seconds limit,
                     const std::function<bool()>& done) {
  const auto passed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  while (!done()) {
    if (passed() > static_cast<double>(limit.count())) throw core::Error("it does not come to an end");
    std::this_thread::sleep_for(10ms);
  }
  return passed();
}

}  // namespace pizza::bench
