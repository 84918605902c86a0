#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

Answer post(const Service& orders, const std::string& key, const std::string& customer = "Anna") {
  return post_order(orders.port, takeout_order(customer), {{"Idempotency-Key", key}});
}

bool waits_for_lock(TestDatabase& database) {
  return !database
              .query_as_admin(
                  "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
              .empty();
}

void check_in_flight(const Answer& answer) {
  CHECK(answer.status == 409);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(answer.text("error") == "idempotency_key_in_flight");
  CHECK(answer.header("retry-after") == "1");
}

}  // namespace

TEST_CASE("while a key is in flight it is 409, here and at another instance, and other orders are taken meanwhile") {
  Restaurant restaurant;
  const auto& one = restaurant.start_order_service();
  const auto& other = restaurant.start_order_service();
  REQUIRE(post(one, "first").status == 200);
  auto& database = restaurant.database();
  database.execute("BEGIN");
  database.execute("SELECT * FROM order_counters FOR UPDATE");
  Answer held;
  {
    const std::jthread holder([&] { held = post(one, "key"); });
    REQUIRE(eventually(core::after(5s), [&] { return waits_for_lock(database); }));
    check_in_flight(post(one, "key"));
    check_in_flight(post(other, "key"));
    check_in_flight(post(other, "key", "Bob"));
    // What is known already is answered although the day's row is held, and so is a refusal.
    CHECK(post(other, "first").header("idempotent-replayed") == "true");
    CHECK(post(other, "first", "Bob").status == 422);
    database.execute("COMMIT");
  }
  CHECK(held.status == 200);
  CHECK(held.number().ends_with("_002"));
  for (const auto* service : {&one, &other}) {
    const auto again = post(*service, "key");
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(again.body == held.body);
  }
  CHECK(database.value("SELECT last FROM order_counters") == "2");
}

TEST_CASE("two instances that get the same key at once take one order, fifty times, among other orders") {
  Restaurant restaurant;
  const auto& one = restaurant.start_order_service();
  const auto& other = restaurant.start_order_service();
  constexpr int kRounds = 50;
  std::vector<Answer> from_one(kRounds);
  std::vector<Answer> from_other(kRounds);
  std::vector<Answer> without(kRounds);
  for (std::size_t i = 0; i < kRounds; ++i) {
    const auto key = "round " + std::to_string(i);
    const std::jthread first([&] { from_one[i] = post(one, key); });
    const std::jthread second([&] { from_other[i] = post(other, key); });
    const std::jthread third([&] { without[i] = post_order(i % 2 == 0 ? one.port : other.port, takeout_order()); });
  }
  for (std::size_t i = 0; i < kRounds; ++i) {
    INFO(from_one[i].body + "\n" + from_other[i].body);
    CHECK(without[i].status == 200);
    int taken = 0;
    for (const auto& answer : {from_one[i], from_other[i]}) {
      if (answer.status == 409) continue;
      REQUIRE(answer.status == 200);
      taken += answer.header("idempotent-replayed").empty() ? 1 : 0;
    }
    CHECK(taken == 1);
    if (from_one[i].status == from_other[i].status) CHECK(from_one[i].body == from_other[i].body);
  }
  auto& database = restaurant.database();
  CHECK(database.value("SELECT count(*) FROM orders") == std::to_string(2 * kRounds));
  CHECK(database.value("SELECT last FROM order_counters") == std::to_string(2 * kRounds));
  CHECK(database.value("SELECT count(*) FROM idempotency_keys JOIN orders ON number = order_number") ==
        std::to_string(kRounds));
}

TEST_CASE("replays, refusals and new orders gather in the same batches without harm to one another") {
  Restaurant restaurant;
  const auto& orders = restaurant.start_order_service();
  const auto first = post(orders, "known");
  REQUIRE(first.status == 200);
  constexpr int kClients = 12;
  constexpr int kEach = 20;
  std::vector<std::string> faults(kClients);
  {
    std::vector<std::jthread> clients;
    for (std::size_t c = 0; c < kClients; ++c) {
      clients.emplace_back([&, c] {
        for (int i = 0; i < kEach; ++i) {
          const auto name = std::to_string(c) + "-" + std::to_string(i);
          const auto fresh = post(orders, name);
          if (fresh.status != 200 || !fresh.header("idempotent-replayed").empty()) faults[c] += "new: " + fresh.body;
          // The one key that all replay may be in flight for another of them.
          const auto known = post(orders, "known");
          if (known.status == 200 ? known.body != first.body : known.status != 409) faults[c] += "known: " + known.body;
          if (post(orders, name, "Bob").status != 422) faults[c] += "reused";
          if (post(orders, name).body != fresh.body) faults[c] += "replay";
        }
      });
    }
  }
  for (const auto& fault : faults) CHECK(fault.empty());
  CHECK(restaurant.database().value("SELECT count(*) || ' ' || (SELECT last FROM order_counters) FROM orders") ==
        std::to_string(kClients * kEach + 1) + " " + std::to_string(kClients * kEach + 1));
}
