#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/shared_restaurant.hpp"
#include "json/reader.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// `clients` threads, each with a connection of its own, place `orders` orders together.
std::vector<Answer> place_at_once(std::uint16_t port, int clients, int orders) {
  std::atomic<int> left = orders;
  std::mutex mutex;
  std::vector<Answer> answers;
  {
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<std::size_t>(clients));
    for (int i = 0; i < clients; ++i) {
      threads.emplace_back([&] {
        http::Client client("127.0.0.1", port, 30s);
        for (int order = left--; order > 0; order = left--) {
          auto answer = to_answer(client.send("POST", "/orders", order % 3 == 0 ? dine_in_order() : takeout_order()));
          const std::lock_guard lock(mutex);
          answers.push_back(std::move(answer));
        }
      });
    }
  }
  return answers;
}

std::set<std::string> numbers_of(const std::vector<Answer>& answers) {
  std::set<std::string> numbers;
  for (const auto& answer : answers) {
    if (answer.status == 200) numbers.insert(answer.number());
  }
  return numbers;
}

std::set<std::string> first_numbers(int count) {
  std::set<std::string> numbers;
  for (int i = 1; i <= count; ++i) {
    const auto digits = std::to_string(i);
    numbers.insert("ORD_" + today() + "_" + std::string(3 - std::min<std::size_t>(3, digits.size()), '0') + digits);
  }
  return numbers;
}

/// How often each order's message came, over all kitchen queues.
std::map<std::string, int> messages_by_number(TestVhost& vhost) {
  std::map<std::string, int> count;
  for (const auto* queue :
       {"kitchen_dine_in_queue", "kitchen_takeout_queue", "kitchen_delivery_queue", "kitchen_queue"}) {
    for (const auto& message : vhost.take_all(queue)) {
      const auto document = json::read(message.body);
      const auto* number = document ? document->find("order_number") : nullptr;
      ++count[number != nullptr && number->string() != nullptr ? *number->string() : message.body];
    }
  }
  return count;
}

struct Timed {
  Answer answer;
  std::chrono::milliseconds took{};
};

Timed timed_post(std::uint16_t port, const std::string& body) {
  const auto start = std::chrono::steady_clock::now();
  Timed timed{post_order(port, body), {}};
  timed.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  return timed;
}

bool waits_for_lock(TestDatabase& database) {
  return !database
              .query_as_admin(
                  "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
              .empty();
}

}  // namespace

TEST_CASE("300 orders from 40 clients: each is answered, numbered without gap and published once") {
  Restaurant restaurant;
  const auto& orders = restaurant.start_order_service();
  const auto answers = place_at_once(orders.port, 40, 300);
  INFO(orders.process.output().substr(0, 4000));
  const auto numbers = numbers_of(answers);
  CHECK(std::ranges::count(answers, 200, &Answer::status) == 300);
  CHECK(numbers == first_numbers(300));
  CHECK(
      eventually(core::after(10s), [&] { return restaurant.database().value("SELECT count(*) FROM outbox") == "0"; }));

  const auto messages = messages_by_number(restaurant.vhost());
  CHECK(messages.size() == 300);
  CHECK(std::ranges::all_of(messages,
                            [&](const auto& entry) { return entry.second == 1 && numbers.contains(entry.first); }));
  CHECK(restaurant.database().value("SELECT count(*) FROM order_items") == "300");
  CHECK(restaurant.database().value("SELECT count(*) FROM order_status_log WHERE status = 'received'") == "300");
}

TEST_CASE("two order services on one database number without double and without gap") {
  Restaurant restaurant;
  const auto& one = restaurant.start_order_service();
  const auto& other = restaurant.start_order_service();
  std::vector<Answer> from_one;
  std::vector<Answer> from_other;
  {
    const std::jthread first([&] { from_one = place_at_once(one.port, 10, 60); });
    const std::jthread second([&] { from_other = place_at_once(other.port, 10, 60); });
  }
  from_one.insert(from_one.end(), from_other.begin(), from_other.end());
  CHECK(std::ranges::count(from_one, 200, &Answer::status) == 120);
  CHECK(numbers_of(from_one) == first_numbers(120));
}

TEST_CASE("with --max-concurrent 1 one order is processed, four wait a second, and further ones are refused at once") {
  Restaurant restaurant;
  const auto& orders = restaurant.start_order_service({{"--max-concurrent=1"}});
  REQUIRE(post_order(orders.port, takeout_order()).status == 200);
  auto& database = restaurant.database();
  database.execute("BEGIN");
  database.execute("SELECT * FROM order_counters FOR UPDATE");

  Timed held;
  std::vector<Timed> others(10);
  Timed invalid;
  {
    const std::jthread holder([&] { held = timed_post(orders.port, takeout_order()); });
    REQUIRE(eventually(core::after(5s), [&] { return waits_for_lock(database); }));
    {
      std::vector<std::jthread> threads;
      threads.reserve(others.size());
      for (auto& each : others) threads.emplace_back([&] { each = timed_post(orders.port, takeout_order()); });
      invalid = timed_post(orders.port, "{}");
    }
    database.execute("COMMIT");
  }
  CHECK(held.answer.status == 200);
  for (const auto& [answer, took] : others) {
    CHECK(answer.status == 503);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.text("error") == "overloaded");
    CHECK_FALSE(answer.header("retry-after").empty());
    CHECK(took < 2s);
  }
  const auto waited = std::ranges::count_if(others, [](const Timed& timed) { return timed.took >= 1s; });
  const auto at_once = std::ranges::count_if(others, [](const Timed& timed) { return timed.took < 500ms; });
  CHECK(waited == 4);
  CHECK(at_once == 6);
  CHECK(invalid.answer.status == 400);
  CHECK(invalid.took < 500ms);
  CHECK(database.value("SELECT count(*) FROM orders") == "2");
  CHECK(post_order(orders.port, takeout_order()).number() == "ORD_" + today() + "_003");
}
