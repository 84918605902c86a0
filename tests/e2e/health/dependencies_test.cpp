#include <csignal>
#include <string>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// The pair that the cases of this file break and mend.
Servers& breakable() {
  static Servers servers = Servers::own();
  return servers;
}

std::optional<http::Response> get(std::uint16_t port, const std::string& path) {
  return http::Client("127.0.0.1", port, 5s).send("GET", path);
}

/// The operator port comes to this answer within half a minute.
bool comes_to(std::uint16_t port, const std::string& path, int status, const std::string& piece) {
  return eventually(core::after(30s), [&] {
    const auto answer = get(port, path);
    return answer && answer->status == status && answer->body.find(piece) != std::string::npos;
  });
}

bool alive(std::uint16_t port) {
  const auto answer = get(port, "/livez");
  return answer && answer->status == 200 && answer->body.starts_with(R"({"status":"ok")");
}

/// The operator port of a service that has a main port too.
struct AdminPort {
  explicit AdminPort(std::string its_variable) : variable(std::move(its_variable)) {}
  std::string variable;
  std::uint16_t number = free_port();
  Extra extra() const { return {{}, {{variable, std::to_string(number)}}}; }
};

constexpr auto kNoDatabase = R"("database":"unavailable")";
constexpr auto kNoBroker = R"("rabbitmq":"unavailable")";

}  // namespace

TEST_CASE("a service that still waits for its servers lives, is not ready, and says what is missing") {
  Restaurant restaurant(breakable());
  const AdminPort admin("PIZZA_ORDER_ADMIN_PORT");
  breakable().stop_database();
  auto extra = admin.extra();
  extra.environment.insert({{"PIZZA_ORDER_PORT", std::to_string(free_port())}, {"PIZZA_STARTUP_TIMEOUT", "120"}});
  const auto orders = restaurant.launch("order-service", {}, extra);
  const auto kitchen_port = free_port();
  const auto kitchen = restaurant.launch(
      "kitchen-worker", {"--worker-name=chef_early"},
      {{}, {{"PIZZA_KITCHEN_ADMIN_PORT", std::to_string(kitchen_port)}, {"PIZZA_STARTUP_TIMEOUT", "120"}}});
  for (const auto port : {admin.number, kitchen_port}) {
    CHECK(comes_to(port, "/readyz", 503, R"("status":"starting")"));
    CHECK(comes_to(port, "/readyz", 503, kNoDatabase));
    CHECK(comes_to(port, "/readyz", 503, kNoBroker));
    CHECK(alive(port));
  }
  breakable().start_database();
  for (const auto port : {admin.number, kitchen_port}) CHECK(comes_to(port, "/readyz", 200, R"("status":"ok")"));
  INFO(orders->output() << kitchen->output());
  CHECK(orders->terminate(core::after(20s)) == 0);
  CHECK(kitchen->terminate(core::after(20s)) == 0);
}

TEST_CASE("a database that is gone or frozen is named by /readyz at once, and nobody is dead for it") {
  Restaurant restaurant(breakable());
  const AdminPort order_admin("PIZZA_ORDER_ADMIN_PORT");
  const AdminPort tracking_admin("PIZZA_TRACKING_ADMIN_PORT");
  restaurant.start_order_service(order_admin.extra());
  restaurant.start_tracking(tracking_admin.extra());
  const bool frozen = GENERATE(false, true);
  frozen ? breakable().pause_database() : breakable().stop_database(Servers::Ending::immediate);
  for (const auto port : {order_admin.number, tracking_admin.number}) {
    CHECK(comes_to(port, "/readyz", 503, kNoDatabase));
    CHECK(alive(port));
  }
  // However many ask, nobody waits for the database: not /readyz, and so not /livez behind it.
  for (int i = 0; i < 10; ++i) CHECK(get(order_admin.number, "/readyz")->status == 503);
  CHECK(alive(order_admin.number));
  frozen ? breakable().resume_database() : breakable().start_database();
  for (const auto port : {order_admin.number, tracking_admin.number}) {
    CHECK(comes_to(port, "/readyz", 200, R"("database":"ok")"));
  }
}

TEST_CASE("a broker that is gone is named, and nobody is dead for it") {
  Restaurant restaurant(breakable());
  const AdminPort admin("PIZZA_ORDER_ADMIN_PORT");
  restaurant.start_order_service(admin.extra());
  const auto kitchen = restaurant.start_kitchen("chef_alone").port;
  const auto subscriber = restaurant.start_subscriber().port;
  breakable().flush_broker();
  breakable().kill_broker();
  for (const auto port : {admin.number, kitchen, subscriber}) {
    CHECK(comes_to(port, "/readyz", 503, kNoBroker));
    CHECK(alive(port));
  }
  breakable().start_broker();
  for (const auto port : {admin.number, kitchen, subscriber}) {
    CHECK(comes_to(port, "/readyz", 200, R"("rabbitmq":"ok")"));
  }
}

TEST_CASE("a broker alarm is named; who would refuse orders is not ready, who cooks is, and nobody is dead") {
  Restaurant restaurant(breakable());
  const AdminPort rejecting("PIZZA_ORDER_ADMIN_PORT");
  const AdminPort accepting("PIZZA_ORDER_ADMIN_PORT");
  auto& strict = restaurant.start_order_service(rejecting.extra());
  auto extra = accepting.extra();
  extra.environment.emplace("PIZZA_ORDER_WHEN_BROKER_DOWN", "accept");
  auto& lenient = restaurant.start_order_service(extra);
  auto& kitchen = restaurant.start_kitchen("chef_calm", {{"--cooking-time=5"}});
  const auto cooking = restaurant.place(takeout_order());
  REQUIRE(restaurant.wait_status(cooking, "cooking"));
  breakable().broker_alarm(true);
  // The broker tells who publishes.
  REQUIRE(strict.post("/orders", takeout_order()));
  REQUIRE(lenient.post("/orders", takeout_order()));
  CHECK(comes_to(rejecting.number, "/readyz", 503,
                 R"({"status":"unavailable","dependencies":{"database":"ok","rabbitmq":"blocked"}})"));
  CHECK(comes_to(accepting.number, "/readyz", 200, R"("rabbitmq":"blocked")"));
  CHECK(comes_to(kitchen.port, "/readyz", 200, R"("rabbitmq":"blocked")"));
  CHECK(restaurant.wait_status(cooking, "ready"));
  for (const auto port : {rejecting.number, accepting.number, kitchen.port}) CHECK(alive(port));
  breakable().broker_alarm(false);
  CHECK(comes_to(rejecting.number, "/readyz", 200, R"("rabbitmq":"ok")"));
  CHECK(comes_to(accepting.number, "/readyz", 200, R"("rabbitmq":"ok")"));
}

TEST_CASE("a worker whose queue is deleted under it declares it again and cooks on") {
  Restaurant restaurant;
  restaurant.start_order_service();
  auto& kitchen = restaurant.start_kitchen("chef_deaf", {{"--cooking-time=0.1"}});
  restaurant.vhost().remove_queue("kitchen_takeout_queue");
  const auto lost = kitchen.process.wait_for_text("was deleted", core::after(20s));
  REQUIRE(lost);
  CHECK(comes_to(kitchen.port, "/readyz", 200, R"("rabbitmq":"ok")"));
  CHECK(alive(kitchen.port));
  const auto number = restaurant.place(takeout_order());
  INFO(restaurant.output());
  CHECK(restaurant.wait_status(number, "ready"));
}

TEST_CASE("while a worker finishes what cooks it lives, and says that it stops") {
  Restaurant restaurant;
  restaurant.start_order_service();
  auto& kitchen = restaurant.start_kitchen("chef_leaving", {{"--cooking-time=3"}});
  const auto number = restaurant.place(takeout_order());
  REQUIRE(restaurant.wait_status(number, "cooking"));
  kitchen.process.signal(SIGTERM);
  CHECK(comes_to(kitchen.port, "/readyz", 503, R"("status":"stopping")"));
  CHECK(alive(kitchen.port));
  CHECK(kitchen.process.wait_exit(core::after(20s)) == 0);
  CHECK(restaurant.status(number) == "ready");
}
