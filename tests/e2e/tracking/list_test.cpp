#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "answers.hpp"
#include "support/eventually.hpp"

namespace {

using namespace pizza;
using test::ask;
using test::BothServices;
using test::document;
using test::Restaurant;
using test::text;

using Numbers = std::vector<std::string>;

/// Orders 001 to `count` of one day, of every type and status in turn.
void plant(Restaurant& restaurant, int count, int first = 1) {
  restaurant.database().execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, status, waiting_since) "
      "SELECT 'ORD_20241216_' || lpad(i::text, greatest(3, length(i::text)), '0'), 'Anna', "
      "(ARRAY['dine_in', 'takeout', 'delivery'])[i % 3 + 1], 12.5, "
      "(ARRAY['received', 'cooking', 'ready', 'completed'])[i % 4 + 1], NULL "
      "FROM generate_series(" +
      std::to_string(first) + ", " + std::to_string(first + count - 1) + ") i");
}

Numbers numbers(const json::Value& page) {
  Numbers all;
  for (const auto& order : *page.find("orders")->array()) all.push_back(text(order, "order_number"));
  return all;
}

Numbers numbers_by(Restaurant& restaurant, const std::string& condition) {
  Numbers all;
  for (const auto& row :
       restaurant.database().query("SELECT number FROM orders WHERE " + condition + " ORDER BY id DESC")) {
    all.push_back(row.at(0));
  }
  return all;
}

/// All pages of a query, one after the other; `between` runs after each.
template <class Between>
Numbers all_pages(const test::Service& service, const std::string& query, Between between) {
  Numbers all;
  std::string after;
  for (int pages = 0; pages < 100; ++pages) {
    const auto page = document(ask(service, "/orders?" + query + (after.empty() ? "" : "&after=" + after)));
    const auto shown = numbers(page);
    all.insert(all.end(), shown.begin(), shown.end());
    after = text(page, "next");
    if (after == "(null)") return all;
    CHECK(after == all.back());
    between();
  }
  FAIL("the pages do not end");
  return all;
}

TEST_CASE("a list is newest first, with exactly these members") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  for (const auto* service : {&services.order, &services.tracking}) {
    CHECK(ask(*service, "/orders").body == R"({"orders":[],"next":null})");
  }
  restaurant.database().execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, priority, status, processed_by, waiting_since, "
      "created_at, updated_at, completed_at) VALUES "
      "('ORD_20241216_001', 'Anna', 'takeout', 10, 5, 'ready', 'chef_mario', NULL, '2024-12-16 10:30:00Z', "
      "'2024-12-16 10:41:00Z', '2024-12-16 10:41:00Z'),"
      "('ORD_20241216_002', 'Bert', 'dine_in', 99.9, 1, 'received', NULL, now(), '2024-12-16 10:31:00Z', "
      "'2024-12-16 10:31:00Z', NULL)");
  for (const auto* service : {&services.order, &services.tracking}) {
    INFO(service->name);
    CHECK(
        ask(*service, "/orders").body ==
        R"({"orders":[{"order_number":"ORD_20241216_002","status":"received","order_type":"dine_in",)"
        R"("total_amount":99.90,"priority":1,"created_at":"2024-12-16T10:31:00Z","updated_at":"2024-12-16T10:31:00Z",)"
        R"("completed_at":null,"processed_by":null},)"
        R"({"order_number":"ORD_20241216_001","status":"ready","order_type":"takeout","total_amount":10.00,)"
        R"("priority":5,"created_at":"2024-12-16T10:30:00Z","updated_at":"2024-12-16T10:41:00Z",)"
        R"("completed_at":"2024-12-16T10:41:00Z","processed_by":"chef_mario"}],"next":null})");
  }
}

TEST_CASE("pages show every order that was there at first exactly once while new ones come in") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  plant(restaurant, 60);
  for (const auto* query :
       {"limit=7", "limit=7&status=ready", "limit=7&type=takeout", "limit=3&status=cooking&type=dine_in"}) {
    for (const auto* service : {&services.order, &services.tracking}) {
      INFO(service->name << " " << query);
      const auto condition = [&]() -> std::string {
        const std::string_view asked{query};
        std::string all = "true";
        if (asked.find("status=ready") != asked.npos) all += " AND status = 'ready'";
        if (asked.find("status=cooking") != asked.npos) all += " AND status = 'cooking'";
        if (asked.find("type=takeout") != asked.npos) all += " AND type = 'takeout'";
        if (asked.find("type=dine_in") != asked.npos) all += " AND type = 'dine_in'";
        return all;
      }();
      const auto wanted = numbers_by(restaurant, condition);
      int next = std::stoi(restaurant.database().value("SELECT count(*) + 1 FROM orders"));
      const auto seen = all_pages(*service, query, [&] {
        plant(restaurant, 12, next);
        next += 12;
      });
      CHECK(seen == wanted);
      restaurant.database().execute("DELETE FROM orders WHERE id > 60");
    }
  }
}

TEST_CASE("pages keep what was there while customers order as fast as they can") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  Numbers wanted;
  for (int i = 0; i < 60; ++i) wanted.push_back(restaurant.place(test::takeout_order()));
  std::ranges::reverse(wanted);
  std::atomic<bool> enough = false;
  std::atomic<int> placed = 0;
  std::thread customers([&] {
    while (!enough && placed < 2000) {
      if (const auto answer = services.order.post("/orders", test::takeout_order()); answer && answer->status == 200) {
        ++placed;
      }
    }
  });
  // What is newer than the first sixty comes before them, and nothing of it twice.
  std::vector<Numbers> readings;
  for (const auto* service : {&services.order, &services.tracking}) {
    readings.push_back(all_pages(*service, "limit=7", [&] {
      const int before = placed;
      test::eventually(core::after(std::chrono::seconds{5}), [&] { return placed > before; });
    }));
  }
  enough = true;
  customers.join();
  CHECK(placed > 0);
  for (const auto& seen : readings) {
    REQUIRE(seen.size() >= wanted.size());
    CHECK(Numbers(seen.end() - static_cast<std::ptrdiff_t>(wanted.size()), seen.end()) == wanted);
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == seen.size());
  }
}

TEST_CASE("a list shows the wanted status and type only, in the spelling of either text") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  plant(restaurant, 60);
  restaurant.database().execute(
      "UPDATE orders SET status = 'out_for_delivery' WHERE type = 'delivery' AND status = 'ready'");
  const auto listed = [&](const std::string& query) {
    return numbers(document(ask(tracking, "/orders?limit=200&" + query)));
  };
  CHECK(listed("status=cooking") == numbers_by(restaurant, "status = 'cooking'"));
  CHECK(listed("type=dine_in") == numbers_by(restaurant, "type = 'dine_in'"));
  CHECK(listed("type=dine-in") == numbers_by(restaurant, "type = 'dine_in'"));
  const auto on_the_road = numbers_by(restaurant, "status = 'out_for_delivery'");
  CHECK(on_the_road.size() == 5);
  CHECK(listed("status=out-for-delivery") == on_the_road);
  CHECK(listed("status=out_for_delivery&type=delivery") == on_the_road);
  CHECK(listed("status=out_for_delivery&type=takeout").empty());
  CHECK(listed("status=cancelled").empty());
  CHECK(listed("page=3&sort=price").size() == 60);
}

TEST_CASE("a page has fifty orders unless another number is asked for, and says where the next begins") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  plant(restaurant, 201);
  const auto count = [&](const std::string& query) {
    const auto page = document(ask(tracking, "/orders" + query));
    return std::to_string(numbers(page).size()) + " " + text(page, "next");
  };
  CHECK(count("") == "50 ORD_20241216_152");
  CHECK(count("?limit=1") == "1 ORD_20241216_201");
  CHECK(count("?limit=200") == "200 ORD_20241216_002");
  CHECK(count("?after=ORD_20241216_051") == "50 (null)");  // the last page is full
  CHECK(count("?after=ORD_20241216_001") == "0 (null)");
}

TEST_CASE("a bad parameter is 400 and named") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  plant(restaurant, 3);
  const auto faults = [](const http::Response& answer) {
    INFO(answer.body);
    REQUIRE(answer.status == 400);
    CHECK(answer.content_type == "application/problem+json");
    const auto problem = json::read(answer.body);
    REQUIRE(problem);
    CHECK(text(*problem, "error") == "validation_failed");
    std::string fields;
    REQUIRE(problem->find("errors") != nullptr);
    for (const auto& fault : *problem->find("errors")->array()) fields += text(fault, "field") + " ";
    return fields;
  };
  for (const auto* service : {&services.order, &services.tracking}) {
    CHECK(faults(ask(*service, "/orders?status=baked")) == "status ");
    CHECK(faults(ask(*service, "/orders?type=pizza")) == "type ");
    CHECK(faults(ask(*service, "/orders?limit=0")) == "limit ");
    CHECK(faults(ask(*service, "/orders?limit=201")) == "limit ");
    CHECK(faults(ask(*service, "/orders?limit=")) == "limit ");
    CHECK(faults(ask(*service, "/orders?after=5")) == "after ");
    CHECK(faults(ask(*service, "/orders?after=ORD_20241216_004")) == "after ");  // nobody placed it
    CHECK(faults(ask(*service, "/orders?after=ORD_20241216_001%27--")) == "after ");
    CHECK(faults(ask(*service, "/orders?status=baked&type=x&limit=x&after=x")) == "after limit status type ");
  }
}

}  // namespace
