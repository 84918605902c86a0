#include "support/restaurant.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "core/error.hpp"
#include "json/reader.hpp"
#include "support/eventually.hpp"
#include "support/names.hpp"
#include "support/patience.hpp"

namespace pizza::test {
namespace {

using namespace std::chrono_literals;

std::filesystem::path executable_path(const std::string& name) { return std::filesystem::path{PIZZA_BIN_DIR} / name; }

std::string member(const std::string& body, std::string_view name) {
  const auto document = json::read(body);
  const auto* value = document ? document->find(name) : nullptr;
  return value != nullptr && value->string() != nullptr ? *value->string() : "";
}

std::string order(const std::string& customer, const std::string& type, const std::string& place,
                  const std::string& more) {
  return R"({"customer_name": ")" + customer + R"(", "order_type": ")" + type + "\"" + place +
         R"(, "items": [{"name": "Margherita", "quantity": 1, "price": 12.50}])" + more + "}";
}

}  // namespace

Service::Service(std::string its_name, std::uint16_t its_port, const std::filesystem::path& executable,
                 std::vector<std::string> arguments, const Process::Options& options)
    : name(std::move(its_name)), port(its_port), process(executable, std::move(arguments), options) {}

std::optional<http::Response> Service::get(const std::string& path) const {
  return http::Client("127.0.0.1", port, patient(10s)).send("GET", path);
}

std::optional<http::Response> Service::post(const std::string& path, const std::string& body,
                                            const http::Client::Headers& headers) const {
  return http::Client("127.0.0.1", port, patient(30s)).send("POST", path, body, headers);
}

bool Service::ready() const {
  const auto answer = http::Client("127.0.0.1", port, 2s).send("GET", "/readyz");
  return answer && answer->status == 200;
}

Restaurant::Restaurant(const Servers& servers) : database_(servers), vhost_(servers) {
  for (const char* command : {"--setup-db", "--setup-queues"}) {
    const auto finished = run("order-service", {command});
    if (finished.exit_code != 0) {
      throw core::Error(std::string{"order-service "} + command + " failed:\n" + finished.out + finished.err);
    }
  }
}

std::map<std::string, std::string> Restaurant::environment(const Extra& extra) const {
  std::map<std::string, std::string> result = extra.environment;
  result.insert({{"DB_URL", database_.url()},
                 {"RABBITMQ", vhost_.url()},
                 {"LOG_LEVEL", "DEBUG"},
                 {"PIZZA_ADMIN_ADDRESS", "127.0.0.1"},
                 {"PIZZA_ORDER_ADDRESS", "127.0.0.1"},
                 {"PIZZA_TRACKING_ADDRESS", "127.0.0.1"}});
  return result;
}

Finished Restaurant::run(const std::string& executable, const std::vector<std::string>& arguments, const Extra& extra) {
  auto all = arguments;
  all.insert(all.end(), extra.flags.begin(), extra.flags.end());
  return test::run(executable_path(executable), all, {.environment = environment(extra)});
}

std::unique_ptr<Process> Restaurant::launch(const std::string& executable, const std::vector<std::string>& arguments,
                                            const Extra& extra) {
  auto all = arguments;
  all.insert(all.end(), extra.flags.begin(), extra.flags.end());
  return std::make_unique<Process>(executable_path(executable), all,
                                   Process::Options{.environment = environment(extra)});
}

Service& Restaurant::start(const std::string& name, const std::string& executable, std::vector<std::string> flags,
                           const std::string& port_variable, const Extra& extra) {
  flags.insert(flags.end(), extra.flags.begin(), extra.flags.end());
  auto variables = environment(extra);
  const auto port = free_port();
  variables.emplace(port_variable, std::to_string(port));
  auto& service = services_.emplace_back(name, port, executable_path(executable), std::move(flags),
                                         Process::Options{.environment = std::move(variables)});
  const bool settled = eventually(core::after(30s), [&] { return service.ready() || !service.process.running(); });
  if (!settled || !service.process.running()) {
    const auto output = service.process.output();
    services_.pop_back();
    throw core::Error(name + " did not become ready:\n" + output);
  }
  return service;
}

Service& Restaurant::start_order_service(const Extra& extra) {
  return start("order-service", "order-service", {}, "PIZZA_ORDER_PORT", extra);
}

Service& Restaurant::start_tracking(const Extra& extra) {
  return start("tracking-service", "tracking-service", {}, "PIZZA_TRACKING_PORT", extra);
}

Service& Restaurant::start_kitchen(const std::string& worker_name, const Extra& extra) {
  return start(worker_name, "kitchen-worker", {"--worker-name", worker_name}, "PIZZA_KITCHEN_ADMIN_PORT", extra);
}

Service& Restaurant::start_subscriber(const Extra& extra) {
  return start("notification-subscriber", "notification-subscriber", {}, "PIZZA_NOTIFIER_ADMIN_PORT", extra);
}

void Restaurant::remove(Service& service) {
  services_.remove_if([&](const Service& each) { return &each == &service; });
}

std::optional<http::Response> Restaurant::place_order(const std::string& body, const http::Client::Headers& headers) {
  const auto found = std::ranges::find(services_, "order-service", &Service::name);
  if (found == services_.end()) throw core::Error("no order-service was started");
  return found->post("/orders", body, headers);
}

std::string Restaurant::place(const std::string& body) {
  const auto answer = place_order(body);
  auto number = answer ? member(answer->body, "order_number") : "";
  if (number.empty()) {
    throw core::Error("the order was not accepted: " +
                      (answer ? std::to_string(answer->status) + " " + answer->body : "no answer"));
  }
  return number;
}

std::string Restaurant::status(const std::string& number) {
  const auto rows = database_.query("SELECT status FROM orders WHERE number = '" + number + "'");
  return rows.empty() ? "" : rows.front().front();
}

bool Restaurant::wait_status(const std::string& number, const std::string& wanted, std::chrono::milliseconds limit) {
  return eventually(core::after(limit), [&] { return status(number) == wanted; });
}

std::string Restaurant::history(const std::string& number) {
  return database_.value(
      "SELECT coalesce(string_agg(l.status, ' ' ORDER BY l.id), '') FROM order_status_log l"
      " JOIN orders o ON o.id = l.order_id WHERE o.number = '" +
      number + "'");
}

std::string Restaurant::output() const {
  std::string result;
  for (const auto& service : services_) result += "--- " + service.name + "\n" + service.process.output();
  return result;
}

std::string takeout_order(const std::string& customer, const std::string& more) {
  return order(customer, "takeout", "", more);
}

std::string dine_in_order(const std::string& customer, const std::string& more) {
  return order(customer, "dine_in", R"(, "table_number": 5)", more);
}

std::string delivery_order(const std::string& customer, const std::string& more) {
  return order(customer, "delivery", R"(, "delivery_address": "12 Baker Street, Flat 3")", more);
}

}  // namespace pizza::test
