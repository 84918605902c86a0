#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "e2e/security/least_privilege.hpp"
#include "e2e/security/tls_servers.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

const std::string kToken = "correct-horse-battery";

/// All services, each with a login of its own that may do only what it needs.
struct HouseOfRoles {
  Restaurant restaurant{TlsServers::get().servers};
  LeastPrivilege rights{restaurant, TlsServers::get().servers};
  Service& orders = restaurant.start_order_service({.environment = as("order", {{"PIZZA_ORDER_STAFF_TOKEN", kToken}})});
  Service& tracking = restaurant.start_tracking({.environment = as("tracking")});
  Service& subscriber = restaurant.start_subscriber({{"--subscriber-name=desk"}, as("notifier")});

  std::map<std::string, std::string> as(const std::string& service,
                                        std::map<std::string, std::string> more = {}) const {
    more.merge(rights.environment(service));
    more.emplace("PIZZA_KITCHEN_STATIONS", "cook,quality,packaging,courier");
    return more;
  }
  Service& start_worker(const std::string& name, std::vector<std::string> flags,
                        const std::map<std::string, std::string>& more = {}) {
    return restaurant.start_kitchen(name, {std::move(flags), as("kitchen", more)});
  }
  int staff(const std::string& number, const std::string& operation, const std::string& body = "") const {
    const auto answer =
        orders.post("/orders/" + number + "/" + operation, body, {{"Authorization", "Bearer " + kToken}});
    return answer ? answer->status : 0;
  }
  bool shows(const std::string& number, const std::string& status) {
    return subscriber.process
        .wait_for_line(
            [&](const OutputLine& line) {
              return line.text.starts_with("Notification for order " + number) &&
                     line.text.find("to '" + status + "'") != std::string::npos;
            },
            core::after(20s))
        .has_value();
  }
  /// No service met anything it may not do.
  void check_nothing_refused() const {
    const auto output = restaurant.output();
    INFO(output);
    CHECK(output.find("permission denied") == std::string::npos);
    CHECK(output.find("ACCESS_REFUSED") == std::string::npos);
  }
};

}  // namespace

TEST_CASE("with a login of its own each service does all its work: orders, stations, staff, questions") {
  HouseOfRoles house;
  auto& restaurant = house.restaurant;
  house.start_worker("anna", {"--cooking-time=0"});
  house.start_worker("paula", {"--station=quality", "--cooking-time=0"});
  house.start_worker("pekka", {"--station=packaging", "--cooking-time=0"});
  house.start_worker("carla", {"--station=courier", "--cooking-time=0"});

  const auto eaten = restaurant.place(dine_in_order("Anna"));
  const auto brought = restaurant.place(delivery_order("Ben"));
  REQUIRE(restaurant.wait_status(eaten, "ready"));
  REQUIRE(restaurant.wait_status(brought, "delivered"));
  CHECK(house.staff(eaten, "complete") == 200);
  CHECK(house.staff(brought, "complete") == 200);
  CHECK(house.shows(eaten, "completed"));
  CHECK(house.shows(brought, "delivered"));
  const http::Client::Headers key{{"Idempotency-Key", "once"}};
  const auto first = restaurant.place_order(takeout_order("Anna"), key);
  const auto again = restaurant.place_order(takeout_order("Anna"), key);
  REQUIRE((first && again));
  CHECK(first->body == again->body);

  for (const auto* service : {&house.orders, &house.tracking}) {
    for (const auto& path :
         {"/orders/" + eaten, "/orders/" + eaten + "/status", "/orders/" + eaten + "/history",
          std::string{"/orders?type=delivery"}, std::string{"/workers/status"}, std::string{"/stats/priorities"}}) {
      CAPTURE(service->name, path);
      const auto answer = service->get(path);
      REQUIRE(answer);
      CHECK(answer->status == 200);
    }
  }
  CHECK(
      eventually(core::after(20s), [&] { return restaurant.database().value("SELECT count(*) FROM outbox") == "0"; }));
  const auto audit = restaurant.run("order-service", {"--audit"}, {{}, house.as("order")});
  CHECK(audit.out == "audit: 3 orders, 0 findings\n");
  CHECK(audit.err.empty());

  restaurant.database().execute(
      "UPDATE orders SET created_at = created_at - interval '2 days', updated_at = updated_at - interval '2 days'");
  const std::vector<std::string> prune{"--prune", "--older-than=1d"};
  const auto refused = restaurant.run("order-service", prune, {{}, house.as("order")});
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("permission denied") != std::string::npos);
  const auto pruned = restaurant.run("order-service", prune, {{}, house.as("prune")});
  INFO(pruned.out << pruned.err);
  CHECK(pruned.exit_code == 0);
  CHECK(pruned.out.starts_with("prune: 3 orders deleted, "));
  const auto after = restaurant.run("order-service", {"--audit"}, {{}, house.as("order")});
  CHECK(after.out == "audit: 0 orders, 0 findings\n");
  house.check_nothing_refused();
}

TEST_CASE("also what is rare: cancellation, promotion, a priority of the staff's, dead letters") {
  HouseOfRoles house;
  auto& restaurant = house.restaurant;
  auto& anna = house.start_worker("anna", {"--cooking-time=300"}, {{"PIZZA_KITCHEN_MAX_WAIT", "0.5"}});
  const auto gone = restaurant.place(takeout_order());
  REQUIRE(restaurant.wait_status(gone, "cooking"));
  const auto waiting = restaurant.place(takeout_order());
  CHECK(eventually(core::after(20s), [&] {
    return restaurant.database().value("SELECT overdue FROM orders WHERE number = '" + waiting + "'") == "t";
  }));
  CHECK(house.staff(waiting, "priority", R"({"priority": 3})") == 200);
  CHECK(house.staff(gone, "cancel") == 200);
  CHECK(anna.process.wait_for_line(logs_action("order_cancelled", gone), core::after(20s)));
  CHECK(restaurant.wait_status(waiting, "cooking"));

  restaurant.vhost().publish("", "kitchen_takeout_queue", "nonsense");
  house.staff(waiting, "cancel");
  CHECK(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_dead_letter_queue") == 1; }));
  house.check_nothing_refused();
}

TEST_CASE("what the broker does not let them do") {
  HouseOfRoles house;
  auto& restaurant = house.restaurant;
  const auto refused = [&](const std::string& executable, const std::vector<std::string>& arguments,
                           const std::string& user) {
    const auto finished =
        restaurant.run(executable, arguments,
                       {.environment = {{"RABBITMQ", house.rights.broker_url(user)}, {"PIZZA_STARTUP_TIMEOUT", "1"}}});
    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == 1);
    CHECK(finished.out.find("ACCESS_REFUSED") != std::string::npos);
  };
  // Orders are taken by order-service and read by the kitchen; nobody reads what is another's.
  refused("kitchen-worker", {"--worker-name=x"}, "pizza_order");
  refused("kitchen-worker", {"--worker-name=x"}, "pizza_notifier");
  refused("notification-subscriber", {}, "pizza_order");
  refused("notification-subscriber", {}, "pizza_kitchen");
  refused("order-service", {"--dead-letters", "list"}, "pizza_order");
  refused("order-service", {"--setup-queues"}, "pizza_kitchen");
  refused("order-service", {}, "pizza_notifier");
}
