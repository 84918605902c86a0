#include <algorithm>
#include <atomic>
#include <csignal>
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
#include "support/log_line.hpp"
#include "support/patience.hpp"
#include "support/process_figures.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// The pair that the tests of this file break and mend. While it is broken they CHECK and do not REQUIRE, so that it is
/// mended for the next.
Servers& breakable() {
  static Servers servers = Servers::own();
  return servers;
}

bool taken_again(const Service& orders) {
  return eventually(core::after(30s), [&] { return post_order(orders.port, takeout_order()).status == 200; });
}

std::string stored(Restaurant& restaurant) { return restaurant.database().value("SELECT count(*) FROM orders"); }

bool outbox_empties(Restaurant& restaurant, std::chrono::seconds limit) {
  return eventually(core::after(limit),
                    [&] { return restaurant.database().value("SELECT count(*) FROM outbox") == "0"; });
}

/// A well-formed line with this action comes, at ERROR.
bool logs_error(Service& service, const std::string& action) {
  const auto line = service.process.wait_for_line(logs_action(action), core::after(10s));
  return line && log_line_faults(line->text).empty() && read_log_line(line->text)->level == "ERROR";
}

/// The ids under which each order's messages came.
std::map<std::string, std::set<std::string>> message_ids(Restaurant& restaurant) {
  std::map<std::string, std::set<std::string>> ids;
  for (const auto& message : restaurant.vhost().take_all("kitchen_takeout_queue")) {
    const auto document = json::read(message.body);
    if (document) ids[*document->find("order_number")->string()].insert(message.message_id.value_or("none"));
  }
  return ids;
}

/// Every stored order has its message, however often it was published under the same id.
void check_all_published(Restaurant& restaurant) {
  const auto ids = message_ids(restaurant);
  for (const auto& row : restaurant.database().query("SELECT number FROM orders")) {
    const auto found = ids.find(row.front());
    INFO(row.front());
    CHECK(found != ids.end());
    if (found != ids.end()) CHECK(found->second.size() == 1);
  }
  CHECK(std::to_string(ids.size()) == stored(restaurant));
}

/// Orders placed from several threads until the service is gone; the numbers that were answered 200.
class Load {
 public:
  explicit Load(std::uint16_t port) {
    for (int i = 0; i < 8; ++i) {
      clients_.emplace_back([this, port](const std::stop_token& stop) {
        http::Client client("127.0.0.1", port, 10s);
        while (!stop.stop_requested()) {
          const auto answer = to_answer(client.send("POST", "/orders", takeout_order()));
          if (answer.status != 200) return;
          const std::lock_guard lock(mutex_);
          numbers_.insert(answer.number());
        }
      });
    }
  }
  bool wait_for(std::size_t orders) {
    return eventually(core::after(15s), [&] {
      const std::lock_guard lock(mutex_);
      return numbers_.size() >= orders;
    });
  }
  std::set<std::string> finish() {
    clients_.clear();
    return numbers_;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> numbers_;
  std::vector<std::jthread> clients_;
};

}  // namespace

TEST_CASE("while the database is down an order is a 500, and it is back by itself") {
  Restaurant restaurant(breakable());
  auto& orders = restaurant.start_order_service();
  REQUIRE(post_order(orders.port, takeout_order()).status == 200);
  breakable().stop_database(Servers::Ending::immediate);
  for (int i = 0; i < 3; ++i) {
    const auto answer = post_order(orders.port, takeout_order());
    INFO(answer.body);
    CHECK(answer.status == 500);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.text("error") == "database_unavailable");
  }
  CHECK(logs_error(orders, "db_transaction_failed"));
  CHECK(to_answer(orders.get("/orders/ORD_20240101_001/status")).status == 500);
  CHECK(eventually(core::after(10s), [&] { return to_answer(orders.get("/readyz")).status == 503; }));
  CHECK(to_answer(orders.get("/livez")).status == 200);
  breakable().start_database();
  CHECK(taken_again(orders));
  CHECK(stored(restaurant) == "2");
  CHECK(outbox_empties(restaurant, 20s));
  check_all_published(restaurant);
  check_output(orders);
}

TEST_CASE("a database that stops answering is a 500 in bounded time, and nothing is stored afterwards") {
  Restaurant restaurant(breakable());
  auto& orders = restaurant.start_order_service();
  REQUIRE(post_order(orders.port, takeout_order()).status == 200);
  breakable().pause_database();
  const auto start = std::chrono::steady_clock::now();
  const auto answer = post_order(orders.port, takeout_order());
  const auto took = std::chrono::steady_clock::now() - start;
  breakable().resume_database();
  CHECK(answer.status == 500);
  CHECK(took < 15s);
  CHECK(taken_again(orders));
  CHECK(stored(restaurant) == "2");
}

TEST_CASE("while the broker is down an order is a 500 and nothing is stored, and it is back by itself") {
  Restaurant restaurant(breakable());
  auto& orders = restaurant.start_order_service();
  REQUIRE(post_order(orders.port, takeout_order()).status == 200);
  REQUIRE(outbox_empties(restaurant, 5s));
  breakable().flush_broker();
  breakable().kill_broker();
  CHECK(logs_error(orders, "rabbitmq_connection_failed"));
  for (int i = 0; i < 3; ++i) {
    const auto answer = post_order(orders.port, takeout_order());
    INFO(answer.body);
    CHECK(answer.status == 500);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.text("error") == "broker_unavailable");
  }
  CHECK(logs_error(orders, "rabbitmq_publish_failed"));
  CHECK(post_order(orders.port, "{}").status == 400);
  CHECK(eventually(core::after(10s), [&] { return to_answer(orders.get("/readyz")).status == 503; }));
  CHECK(stored(restaurant) == "1");
  breakable().start_broker();
  CHECK(taken_again(orders));
  CHECK(stored(restaurant) == "2");
  CHECK(outbox_empties(restaurant, 20s));
  check_all_published(restaurant);
  check_output(orders);
}

TEST_CASE("with when_broker_down: accept an order is taken without a broker and published when it is back") {
  Restaurant restaurant(breakable());
  auto& orders = restaurant.start_order_service({{}, {{"PIZZA_ORDER_WHEN_BROKER_DOWN", "accept"}}});
  breakable().flush_broker();
  breakable().kill_broker();
  CHECK(logs_error(orders, "rabbitmq_connection_failed"));
  for (int i = 1; i <= 3; ++i) CHECK(post_order(orders.port, takeout_order()).status == 200);
  CHECK(stored(restaurant) == "3");
  CHECK(restaurant.database().value("SELECT count(*) FROM outbox") == "3");
  // What is owed does not depend on this process either.
  orders.process.signal(SIGKILL);
  CHECK(orders.process.wait_exit(core::after(5s)));
  breakable().start_broker();
  restaurant.start_order_service();
  CHECK(outbox_empties(restaurant, 30s));
  check_all_published(restaurant);
}

TEST_CASE("a broker that blocks publishers is a broker that is down") {
  Restaurant restaurant(breakable());
  auto& orders = restaurant.start_order_service();
  REQUIRE(post_order(orders.port, takeout_order()).status == 200);
  breakable().broker_alarm(true);
  // The broker tells a connection that it is blocked when that publishes next, so one order may still be taken.
  CHECK(eventually(core::after(10s), [&] { return post_order(orders.port, takeout_order()).status == 500; }));
  const auto before = stored(restaurant);
  CHECK(post_order(orders.port, takeout_order()).text("error") == "broker_unavailable");
  CHECK(stored(restaurant) == before);
  breakable().broker_alarm(false);
  CHECK(taken_again(orders));
  CHECK(outbox_empties(restaurant, 30s));
  check_all_published(restaurant);
  check_output(orders);
}

TEST_CASE("orders answered 200 right before a kill -9, unpublished, are published by another instance") {
  Restaurant restaurant(breakable());
  auto& orders = restaurant.start_order_service();
  restaurant.start_order_service();
  breakable().pause_broker();
  std::set<std::string> numbers;
  for (int i = 0; i < 20; ++i) {
    const auto answer = post_order(orders.port, takeout_order());
    if (answer.status == 200) numbers.insert(answer.number());
  }
  orders.process.signal(SIGKILL);
  CHECK(orders.process.wait_exit(core::after(5s)));
  const auto owed = restaurant.database().value("SELECT count(*) FROM outbox");
  breakable().resume_broker();
  REQUIRE(numbers.size() == 20);
  CHECK(owed == "20");
  CHECK(outbox_empties(restaurant, 40s));
  check_all_published(restaurant);
}

TEST_CASE("a kill -9 under load loses no order that was answered, and a restart publishes what was stored") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  Load load(orders.port);
  REQUIRE(load.wait_for(100));
  orders.process.signal(SIGKILL);
  const auto answered = load.finish();
  REQUIRE(orders.process.wait_exit(core::after(5s)));
  restaurant.start_order_service();
  CHECK(outbox_empties(restaurant, 40s));

  std::set<std::string> in_database;
  for (const auto& row : restaurant.database().query("SELECT number FROM orders")) in_database.insert(row.front());
  CHECK(std::ranges::includes(in_database, answered));
  check_all_published(restaurant);
  // No gap in the numbers either.
  CHECK(restaurant.database().value("SELECT last FROM order_counters") == std::to_string(in_database.size()));
}

TEST_CASE("a crowd at a database that does not answer is told so, in time, and the service does not grow") {
  Restaurant restaurant{breakable()};
  const Extra extra{{"--max-concurrent=10"}, {{"PIZZA_DATABASE_STATEMENT_TIMEOUT", "1"}}};
  const auto& orders = restaurant.start_order_service(extra);
  const int pid = orders.process.pid();
  std::mutex mutex;
  std::map<int, int> statuses;
  std::chrono::steady_clock::duration longest{0};
  const auto crowd = [&](std::chrono::seconds length) {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 100; ++i) {
      clients.emplace_back([&, until = core::after(length)] {
        while (std::chrono::steady_clock::now() < until) {
          const auto start = std::chrono::steady_clock::now();
          const auto status = post_order(orders.port, takeout_order()).status;
          const auto took = std::chrono::steady_clock::now() - start;
          if (status == 503) std::this_thread::sleep_for(20ms);  // a second would be asked for
          const std::lock_guard lock(mutex);
          ++statuses[status];
          longest = std::max(longest, took);
        }
      });
    }
  };
  breakable().pause_database();
  crowd(2s);  // all threads are there, and the symbols of the first failure's stack
  const auto before = figures_of(pid).resident_kib;
  statuses.clear();
  crowd(10s);
  const auto after = figures_of(pid).resident_kib;
  breakable().resume_database();
  INFO(before << " KiB, then " << after << " KiB");
  if (kMemoryIsOurs) CHECK(after < before + 8 * 1024);
  // The few that were let in have failed; the others were sent away.
  CHECK(statuses.size() == 2);
  CHECK(statuses[500] <= 100);
  CHECK(statuses[503] > 1'000);
  CHECK(longest < patient(15s));
  CHECK(taken_again(orders));
}
