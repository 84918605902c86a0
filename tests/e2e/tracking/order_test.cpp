#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "answers.hpp"
#include "support/log_line.hpp"
#include "support/stored_orders.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::ask;
using test::BothServices;
using test::document;
using test::kToken;
using test::Restaurant;
using test::store_order;
using test::text;

const std::string kBearer = std::string{"Bearer "} + kToken;

/// A delivery on its way through a kitchen of three stations, as its cooks left it in the database. In SQL: an order
/// with two items at its second station is needed here only.
constexpr auto kDelivery = R"(
    INSERT INTO orders (number, customer_name, type, delivery_address, total_amount, priority, status, processed_by,
                        customer_type, rush, created_at, updated_at, cooking_started_at, estimated_completion, station,
                        waiting_since)
    VALUES ('ORD_20241216_001', 'Žofie Nováková', 'delivery', '12 Rose Lane, Springfield', 44.97, 10, 'cooking',
            'chef_luigi', 'vip', true, '2024-12-16 10:30:00Z', '2024-12-16 10:42:00Z', '2024-12-16 10:32:00Z',
            '2024-12-16 11:02:00Z', 'quality', now());
    INSERT INTO order_items (order_id, name, quantity, price) VALUES (1, 'Quattro "formaggi"', 2, 12.5), (1, 'Cola', 1, 19.97);
    INSERT INTO order_stages (order_id, station, worker_name, started_at, finished_at) VALUES
        (1, 'quality', 'inspector', '2024-12-16 10:42:00Z', NULL),
        (1, 'cook', 'chef_luigi', '2024-12-16 10:32:00Z', '2024-12-16 10:42:00Z'))";

constexpr auto kPublicBody =
    R"({"order_number":"ORD_20241216_001","status":"cooking","order_type":"delivery","table_number":null,)"
    R"("items":[{"name":"Quattro \"formaggi\"","quantity":2,"price":12.50},{"name":"Cola","quantity":1,"price":19.97}],)"
    R"("total_amount":44.97,"priority":10,"rush":true,"created_at":"2024-12-16T10:30:00Z",)"
    R"("updated_at":"2024-12-16T10:42:00Z","completed_at":null,"estimated_completion":"2024-12-16T11:02:00Z",)"
    R"("processed_by":"chef_luigi","stages":[{"station":"cook","worker":"chef_luigi","started_at":"2024-12-16T10:32:00Z",)"
    R"("finished_at":"2024-12-16T10:42:00Z"},{"station":"quality","worker":"inspector",)"
    R"("started_at":"2024-12-16T10:42:00Z","finished_at":null}])";

TEST_CASE("an order is told in full, its customer to the staff alone, alike on both services") {
  Restaurant restaurant;
  restaurant.database().execute(kDelivery);
  const BothServices services(restaurant);
  for (const auto* service : {&services.order, &services.tracking}) {
    INFO(service->name);
    const auto anyone = ask(*service, "/orders/ORD_20241216_001");
    CHECK(anyone.status == 200);
    CHECK(anyone.body == std::string{kPublicBody} + "}");
    const auto staff = ask(*service, "/orders/ORD_20241216_001", kBearer);
    CHECK(staff.status == 200);
    CHECK(staff.body == std::string{kPublicBody} + R"(,"customer_name":"Žofie Nováková","customer_type":"vip",)"
                                                   R"("delivery_address":"12 Rose Lane, Springfield"})");
    const auto kept_from_caches = [](const http::Response& answer) {
      return std::ranges::find(answer.headers, std::pair<std::string, std::string>{"cache-control", "no-store"}) !=
             answer.headers.end();
    };
    CHECK(kept_from_caches(staff));
    CHECK_FALSE(kept_from_caches(anyone));
    CHECK(ask(*service, "/orders/ORD_20241216_001", "bearer " + std::string{kToken}).body == staff.body);
  }
}

TEST_CASE("nothing that is told to everybody tells who the customer is or where he lives") {
  Restaurant restaurant;
  restaurant.database().execute(kDelivery);
  restaurant.database().execute(
      "INSERT INTO order_status_log (order_id, status, changed_by) VALUES (1, 'received', 'order-service')");
  const BothServices services(restaurant);
  const Restaurant* const here = &restaurant;
  for (const auto* service : {&services.order, &services.tracking}) {
    for (const auto* path :
         {"/orders/ORD_20241216_001", "/orders/ORD_20241216_001/status", "/orders/ORD_20241216_001/history", "/orders",
          "/orders?status=cooking&type=delivery", "/workers/status", "/stats/priorities"}) {
      INFO(service->name << path);
      const auto answer = ask(*service, path);
      CHECK(answer.status == 200);
      for (const auto* secret : {"Žofie", "Rose Lane", "vip", "customer_name", "delivery_address"}) {
        CHECK(answer.body.find(secret) == std::string::npos);
      }
    }
  }
  CHECK(document(ask(services.tracking, "/orders", kBearer)).find("orders")->array()->size() == 1);
  CHECK(text(document(ask(services.tracking, "/orders", kBearer)).find("orders")->array()->front(), "customer_name") ==
        "Žofie Nováková");
  CHECK(here->output().find("Žofie") == std::string::npos);
  CHECK(here->output().find(kToken) == std::string::npos);
}

TEST_CASE("credentials that are not the staff's are refused, not ignored") {
  Restaurant restaurant;
  restaurant.database().execute(kDelivery);
  const BothServices services(restaurant);
  for (auto* service : {&services.order, &services.tracking}) {
    for (const auto* path : {"/orders/ORD_20241216_001", "/orders"}) {
      for (const auto& authorization : {std::string{"Bearer wrong"}, kBearer + "x", std::string{"Bearer"},
                                        "Basic " + std::string{kToken}, std::string{kToken}}) {
        INFO(service->name << path << " " << authorization);
        const auto answer = ask(*service, path, authorization);
        CHECK(answer.status == 401);
        CHECK(answer.content_type == "application/problem+json");
        CHECK(answer.body.find("\"error\":\"unauthorized\"") != std::string::npos);
        CHECK(std::ranges::find(answer.headers, "www-authenticate", &std::pair<std::string, std::string>::first) !=
              answer.headers.end());
      }
    }
    const auto line = service->process.wait_for_line(test::logs_action("staff_refused"), core::after(5s));
    REQUIRE(line);
    CHECK(test::log_line_faults(line->text).empty());
    CHECK(test::read_log_line(line->text)->level == "ERROR");
    CHECK(service->process.output().find(kToken) == std::string::npos);
    // What everybody may read asks nobody for credentials.
    CHECK(ask(*service, "/orders/ORD_20241216_001/status", "Bearer wrong").status == 200);
  }
}

TEST_CASE("without a staff token nobody is staff, and nobody is refused") {
  Restaurant restaurant;
  restaurant.database().execute(kDelivery);
  const auto& order = restaurant.start_order_service();
  const auto& tracking = restaurant.start_tracking();
  for (const auto* service : {&order, &tracking}) {
    for (const auto* authorization : {"", "Bearer ", "Bearer anything"}) {
      const auto answer = ask(*service, "/orders/ORD_20241216_001", authorization);
      INFO(service->name << " " << authorization);
      CHECK(answer.status == 200);
      CHECK(answer.body == std::string{kPublicBody} + "}");
    }
  }
}

TEST_CASE("an order as it was placed is told back: its place, items and exact amounts") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  const auto number = restaurant.place(
      R"({"customer_name": "Anna", "order_type": "dine_in", "table_number": 7, "items": [)"
      R"({"name": "Margherita", "quantity": 3, "price": 9.9}, {"name": "Wasser", "quantity": 1, "price": 0.01}]})");
  for (const auto* service : {&services.order, &services.tracking}) {
    const auto answer = ask(*service, "/orders/" + number);
    const auto order = document(answer);
    CHECK(text(order, "table_number") == "7");
    CHECK(text(order, "order_type") == "dine_in");
    CHECK(text(order, "total_amount") == "29.71");
    CHECK(text(order, "status") == "received");
    CHECK(answer.body.find(R"("items":[{"name":"Margherita","quantity":3,"price":9.90},)"
                           R"({"name":"Wasser","quantity":1,"price":0.01}])") != std::string::npos);
    CHECK(order.find("stages")->array()->empty());
    CHECK(core::parse_utc(text(order, "estimated_completion")).value() > std::chrono::system_clock::now());
    CHECK(text(document(ask(*service, "/orders/" + number, kBearer)), "customer_name") == "Anna");
  }
}

TEST_CASE("what an order that is over says of its completion") {
  struct Over {
    std::string type;
    std::string status;
    std::string times;
    std::string completion;
  };
  const std::string done = "completed_at = '2024-12-16 10:41:00Z', estimated_completion = ";
  const std::vector<Over> cases{{"takeout", "cancelled", "estimated_completion = NULL", "(null)"},
                                // It will not be ready, whatever was expected.
                                {"takeout", "cancelled", "estimated_completion = '2024-12-16 10:42:00Z'", "(null)"},
                                {"takeout", "cancelled", done + "'2024-12-16 10:42:00Z'", "2024-12-16T10:41:00Z"},
                                {"delivery", "delivered", done + "'2024-12-16 11:30:00Z'", "2024-12-16T10:41:00Z"},
                                {"takeout", "completed", done + "'2024-12-16 10:42:00Z'", "2024-12-16T10:41:00Z"}};
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  for (const auto& [type, status, times, completion] : cases) {
    INFO(type << " " << status << " " << times);
    const auto path = "/orders/" + store_order(restaurant.database(), {.type = type, .status = status, .also = times});
    CHECK(text(document(ask(tracking, path)), "estimated_completion") == completion);
    CHECK(text(document(ask(tracking, path + "/status")), "estimated_completion") == completion);
  }
}

TEST_CASE("an order that nobody placed is 404, another method 405, and HEAD answers without a body") {
  Restaurant restaurant;
  restaurant.database().execute(kDelivery);
  const BothServices services(restaurant);
  for (const auto* service : {&services.order, &services.tracking}) {
    INFO(service->name);
    for (const auto* number : {"ORD_20241216_999", "ORD_20241301_001", "x", "ORD_20241216_001'--"}) {
      const auto answer = ask(*service, std::string{"/orders/"} + number);
      CHECK(answer.status == 404);
      CHECK(answer.content_type == "application/problem+json");
    }
    for (const auto* path : {"/orders/ORD_20241216_001", "/orders", "/stats/priorities"}) {
      INFO(path);
      const auto head = ask(*service, path, {}, "HEAD");
      CHECK(head.status == 200);
      CHECK(head.body.empty());
      const auto refused = ask(*service, path, {}, "DELETE");
      CHECK(refused.status == 405);
      const auto allow = std::ranges::find(refused.headers, "allow", &std::pair<std::string, std::string>::first);
      REQUIRE(allow != refused.headers.end());
      CHECK(allow->second.find("GET, HEAD") != std::string::npos);
    }
  }
}

}  // namespace
