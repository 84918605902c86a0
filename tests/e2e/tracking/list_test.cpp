// GET /orders: what a page shows, how the next one follows, and what is refused.
#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "answers.hpp"
#include "support/eventually.hpp"
#include "support/stored_orders.hpp"

namespace {

using namespace pizza;
using test::ask;
using test::BothServices;
using test::document;
using test::Restaurant;
using test::Service;
using test::store_order;
using test::text;

using Numbers = std::vector<std::string>;

/// The orders of these cases are numbered from 1; each has a type and a status that follow from its place.
std::string number_of(int n) { return "ORD_20241216_" + std::to_string(1000 + n).substr(1); }
std::string type_of(int n) { return std::array{"dine_in", "takeout", "delivery"}.at(n % 3); }
std::string status_of(int n) {
  if (n % 4 == 2 && type_of(n) == "delivery") return "out_for_delivery";
  return std::array{"received", "cooking", "ready", "completed"}.at(n % 4);
}

void store_numbers(Restaurant& restaurant, int first, int last) {
  for (int n = first; n <= last; ++n) {
    store_order(restaurant.database(), {.number = number_of(n), .type = type_of(n), .status = status_of(n)});
  }
}

/// A question, and the type and status that it asks for; empty: any.
struct Question {
  std::string query;
  std::string type;
  std::string status;

  /// What it is to be told where the orders 1 to `last` are stored.
  Numbers answer(int last) const {
    Numbers newest_first;
    for (int n = last; n > 0; --n) {
      if ((type.empty() || type == type_of(n)) && (status.empty() || status == status_of(n))) {
        newest_first.push_back(number_of(n));
      }
    }
    return newest_first;
  }
};

Numbers numbers_on(const json::Value& page) {
  Numbers numbers;
  for (const auto& order : *page.find("orders")->array()) numbers.push_back(text(order, "order_number"));
  return numbers;
}

/// All pages of a query, one after the other; `after_page` runs after each but the last.
template <class AfterPage>
Numbers numbers_on_all_pages(const Service& service, const std::string& query, AfterPage after_page) {
  Numbers all;
  std::string after;
  for (int pages = 0; pages < 100; ++pages) {
    const auto page = document(ask(service, "/orders?" + query + after));
    const auto numbers = numbers_on(page);
    all.insert(all.end(), numbers.begin(), numbers.end());
    const auto next = text(page, "next");
    if (next == "(null)") return all;
    CHECK(next == all.back());
    after = "&after=" + next;
    after_page();
  }
  FAIL("the pages do not end");
  return all;
}

/// The fields that a 400 names, as "limit status".
std::string refused_fields(const http::Response& answer) {
  INFO(answer.body);
  REQUIRE(answer.status == 400);
  CHECK(answer.content_type == "application/problem+json");
  const auto problem = json::read(answer.body);
  REQUIRE(problem);
  CHECK(text(*problem, "error") == "validation_failed");
  REQUIRE(problem->find("errors") != nullptr);
  std::string fields;
  for (const auto& error : *problem->find("errors")->array()) {
    fields += (fields.empty() ? "" : " ") + text(error, "field");
  }
  return fields;
}

}  // namespace

TEST_CASE("a list without orders is empty") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  for (const auto* service : {&services.order, &services.tracking}) {
    CHECK(ask(*service, "/orders").body == R"({"orders":[],"next":null})");
  }
}

TEST_CASE("a list is newest first, with exactly these members") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  store_order(restaurant.database(),
              {.number = "ORD_20241216_001",
               .status = "ready",
               .priority = 5,
               .cook = "chef_mario",
               .also = "total_amount = 10, created_at = '2024-12-16 10:30:00Z', updated_at = '2024-12-16 10:41:00Z', "
                       "completed_at = '2024-12-16 10:41:00Z'"});
  store_order(
      restaurant.database(),
      {.number = "ORD_20241216_002",
       .type = "dine_in",
       .also = "total_amount = 99.9, created_at = '2024-12-16 10:31:00Z', updated_at = '2024-12-16 10:31:00Z'"});

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

TEST_CASE("a list shows the wanted status and type only, in the spelling of either text") {
  const std::vector<Question> questions{
      {.query = "status=cooking", .status = "cooking"},
      {.query = "type=dine_in", .type = "dine_in"},
      {.query = "type=dine-in", .type = "dine_in"},
      {.query = "status=out_for_delivery", .status = "out_for_delivery"},
      {.query = "status=out-for-delivery", .status = "out_for_delivery"},
      {.query = "status=out_for_delivery&type=delivery", .type = "delivery", .status = "out_for_delivery"},
      {.query = "status=out_for_delivery&type=takeout", .type = "takeout", .status = "out_for_delivery"},
      {.query = "status=cancelled", .status = "cancelled"},
      {.query = "page=3&sort=price"},  // parameters that there are not
  };
  CHECK(questions[3].answer(60).size() == 5);
  CHECK(questions[6].answer(60).empty());
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  store_numbers(restaurant, 1, 60);

  for (const auto& question : questions) {
    INFO(question.query);
    CHECK(numbers_on(document(ask(tracking, "/orders?limit=200&" + question.query))) == question.answer(60));
  }
}

TEST_CASE("a page has fifty orders unless another number is asked for, and says where the next begins") {
  Restaurant restaurant;
  const auto& tracking = restaurant.start_tracking();
  store_numbers(restaurant, 1, 201);
  const auto count_and_next = [&](const std::string& query) {
    const auto page = document(ask(tracking, "/orders" + query));
    return std::to_string(numbers_on(page).size()) + " " + text(page, "next");
  };

  CHECK(count_and_next("") == "50 ORD_20241216_152");
  CHECK(count_and_next("?limit=1") == "1 ORD_20241216_201");
  CHECK(count_and_next("?limit=200") == "200 ORD_20241216_002");
  CHECK(count_and_next("?after=ORD_20241216_051") == "50 (null)");  // the last page is full
  CHECK(count_and_next("?after=ORD_20241216_001") == "0 (null)");
}

TEST_CASE("pages show every order that was there at first exactly once while new ones come in") {
  constexpr int kAtFirst = 60;
  constexpr int kNewAfterEachPage = 8;  // more than a page has
  const std::vector<Question> questions{
      {.query = "limit=7"},
      {.query = "limit=7&status=ready", .status = "ready"},
      {.query = "limit=7&type=takeout", .type = "takeout"},
      {.query = "limit=3&status=cooking&type=dine_in", .type = "dine_in", .status = "cooking"}};
  Restaurant restaurant;
  const BothServices services(restaurant);

  for (const auto& question : questions) {
    for (const auto* service : {&services.order, &services.tracking}) {
      INFO(service->name << " " << question.query);
      restaurant.database().execute("TRUNCATE orders CASCADE");
      int last = kAtFirst;
      store_numbers(restaurant, 1, last);

      const auto seen = numbers_on_all_pages(*service, question.query, [&] {
        store_numbers(restaurant, last + 1, last + kNewAfterEachPage);
        last += kNewAfterEachPage;
      });

      CHECK(last > kAtFirst);
      CHECK(seen == question.answer(kAtFirst));
    }
  }
}

TEST_CASE("pages keep what was there while customers order as fast as they can") {
  Restaurant restaurant;
  const BothServices services(restaurant);
  Numbers at_first;
  for (int i = 0; i < 60; ++i) at_first.push_back(restaurant.place(test::takeout_order()));
  std::ranges::reverse(at_first);

  std::atomic<bool> enough = false;
  std::atomic<int> placed = 0;
  std::thread customers([&] {
    while (!enough && placed < 2000) {
      const auto answer = services.order.post("/orders", test::takeout_order());
      if (answer && answer->status == 200) ++placed;
    }
  });
  std::vector<Numbers> readings;
  for (const auto* service : {&services.order, &services.tracking}) {
    readings.push_back(numbers_on_all_pages(*service, "limit=7", [&] {
      const int before = placed;
      test::eventually(core::after(std::chrono::seconds{5}), [&] { return placed > before; });
    }));
  }
  enough = true;
  customers.join();

  // What is newer comes before the first sixty, and nothing of it twice.
  CHECK(placed > 0);
  for (const auto& seen : readings) {
    REQUIRE(seen.size() >= at_first.size());
    CHECK(Numbers(seen.end() - static_cast<std::ptrdiff_t>(at_first.size()), seen.end()) == at_first);
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == seen.size());
  }
}

TEST_CASE("a bad parameter is 400 and named") {
  struct Refusal {
    std::string query;
    std::string fields;
  };
  const std::vector<Refusal> refusals{
      {"status=baked", "status"},
      {"type=pizza", "type"},
      {"limit=0", "limit"},
      {"limit=201", "limit"},
      {"limit=", "limit"},
      {"after=5", "after"},
      {"after=ORD_20241216_004", "after"},  // nobody placed it
      {"after=ORD_20241216_001%27--", "after"},
      {"status=baked&type=x&limit=x&after=x", "after limit status type"},
  };
  Restaurant restaurant;
  const BothServices services(restaurant);
  store_numbers(restaurant, 1, 3);

  for (const auto* service : {&services.order, &services.tracking}) {
    for (const auto& refusal : refusals) {
      INFO(service->name << " " << refusal.query);
      CHECK(refused_fields(ask(*service, "/orders?" + refusal.query)) == refusal.fields);
    }
  }
}
