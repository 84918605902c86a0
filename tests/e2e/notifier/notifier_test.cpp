#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/restaurant.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::Restaurant;

const std::string kPrefix = "Notification for order ";

std::string update(const std::string& number, const std::string& from, const std::string& to,
                   const std::string& customer = "Anna") {
  return R"({"order_number":")" + number + R"(","old_status":")" + from + R"(","new_status":")" + to +
         R"(","changed_by":"chef_mario","timestamp":"2024-12-16T10:32:00Z","estimated_completion":"2024-12-16T10:42:00Z",)" +
         R"("customer_name":")" + customer + R"(","order_type":"takeout"})";
}

std::vector<std::string> human_lines(const test::Service& subscriber) {
  std::vector<std::string> lines;
  for (auto& line : subscriber.process.stdout_lines()) {
    if (line.starts_with(kPrefix)) lines.push_back(std::move(line));
  }
  return lines;
}

bool shows(const test::Service& subscriber, std::size_t count) {
  return test::eventually(core::after(20s), [&] { return human_lines(subscriber).size() >= count; });
}

void announce(Restaurant& restaurant, const std::string& body, const std::string& message_id = "") {
  test::BrokerMessage message{.body = body};
  if (!message_id.empty()) message.message_id = message_id;
  restaurant.vhost().publish("notifications_fanout", "", message);
}

TEST_CASE("the printed line, exactly, and then the log line with its details") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber();
  announce(restaurant, R"({"order_number":"ORD_20241216_001","old_status":"received","new_status":"cooking",)"
                       R"("changed_by":"chef_mario","timestamp":"2024-12-16T10:32:00Z"})");
  REQUIRE(shows(subscriber, 1));
  CHECK(human_lines(subscriber).front() ==
        "Notification for order ORD_20241216_001: Status changed from 'received' to 'cooking' by chef_mario.");
  const auto line = subscriber.process.wait_for_line(test::logs_action("notification_received"), core::after(5s));
  REQUIRE(line);
  const auto logged = test::read_log_line(line->text);
  REQUIRE(logged);
  CHECK(logged->level == "DEBUG");
  CHECK(logged->text("order_number") == "ORD_20241216_001");
  CHECK(logged->text("new_status") == "cooking");
}

TEST_CASE("two subscribers both show every order's way exactly once") {
  Restaurant restaurant;
  auto& first = restaurant.start_subscriber();
  auto& second = restaurant.start_subscriber();
  restaurant.start_order_service();
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.05", "--prefetch=4"}});
  std::vector<std::string> expected;
  for (int i = 0; i < 10; ++i) {
    const auto number = restaurant.place(test::takeout_order());
    expected.push_back(kPrefix + number + ": Status changed from 'received' to 'cooking' by chef_anna.");
    expected.push_back(kPrefix + number + ": Status changed from 'cooking' to 'ready' by chef_anna.");
  }
  std::ranges::sort(expected);
  for (const auto* subscriber : {&first, &second}) {
    REQUIRE(shows(*subscriber, expected.size()));
    auto lines = human_lines(*subscriber);
    std::ranges::sort(lines);
    CHECK(lines == expected);
  }
  CHECK(restaurant.vhost().count("notifications_queue") == 0);
}

TEST_CASE("a message delivered or published again is not shown again") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber();
  for (int i = 0; i < 3; ++i) announce(restaurant, update("ORD_20241216_001", "received", "cooking"), "77");
  announce(restaurant, update("ORD_20241216_001", "cooking", "ready"), "78");
  REQUIRE(shows(subscriber, 2));
  CHECK(human_lines(subscriber).size() == 2);
}

TEST_CASE("what cannot be read is logged and acknowledged, and the next is shown") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber();
  for (
      const auto* body :
      {"", "{", "[]", R"({"order_number":7})", "\xff\xfe",
       R"({"order_number":"x","old_status":"received","new_status":"burnt","changed_by":"c","timestamp":"2024-12-16T10:32:00Z"})",
       "0.0000000000001e-2147483639"}) {
    announce(restaurant, body);
  }
  announce(restaurant, update("ORD_20241216_001", "received", "cooking"));
  REQUIRE(shows(subscriber, 1));
  const auto lines = subscriber.process.stdout_lines();
  CHECK(std::ranges::count_if(lines,
                              [](const auto& line) { return line.find("notification_unreadable") != line.npos; }) == 7);
  CHECK(restaurant.vhost().count("notifications_queue") == 0);
}

TEST_CASE("filters by customer and by status show what they ask for only") {
  Restaurant restaurant;
  auto& of_john = restaurant.start_subscriber({{"--customer", "John Doe"}});
  auto& of_ready = restaurant.start_subscriber({{"--notification-types=ready,cancelled"}});
  announce(restaurant, update("ORD_20241216_001", "received", "cooking", "Anna"));
  announce(restaurant, update("ORD_20241216_002", "received", "cooking", "John Doe"));
  announce(restaurant, update("ORD_20241216_001", "cooking", "ready", "Anna"));
  announce(restaurant, update("ORD_20241216_002", "cooking", "ready", "John Doe"));
  REQUIRE(shows(of_john, 2));
  REQUIRE(shows(of_ready, 2));
  for (const auto& line : human_lines(of_john)) CHECK(line.find("ORD_20241216_002") != std::string::npos);
  for (const auto& line : human_lines(of_ready)) CHECK(line.find("to 'ready'") != std::string::npos);
}

TEST_CASE("a named subscriber misses nothing while it is away") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber({{"--subscriber-name=lobby"}});
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  announce(restaurant, update("ORD_20241216_001", "received", "cooking"));
  auto& again = restaurant.start_subscriber({{"--subscriber-name=lobby"}});
  CHECK(shows(again, 1));
}

TEST_CASE("subscribers go on after a broker restart and miss nothing of what was announced meanwhile") {
  auto servers = test::Servers::own();
  Restaurant restaurant(servers);
  auto& first = restaurant.start_subscriber();
  auto& second = restaurant.start_subscriber();
  announce(restaurant, update("ORD_20241216_001", "received", "cooking"), "1");
  REQUIRE(shows(first, 1));
  servers.restart_broker();
  announce(restaurant, update("ORD_20241216_001", "cooking", "ready"), "2");
  REQUIRE(shows(first, 2));
  REQUIRE(shows(second, 2));
  CHECK(human_lines(first).size() == 2);
  CHECK(human_lines(second).size() == 2);
  CHECK(first.process.wait_for_line(test::logs_action("rabbitmq_connection_failed"), core::after(1s)));
}

TEST_CASE("every line but the human ones is a log object, and it stops when asked") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber();
  announce(restaurant, update("ORD_20241216_001", "received", "cooking"));
  REQUIRE(shows(subscriber, 1));
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  for (const auto& line : subscriber.process.stdout_lines()) {
    if (!line.starts_with(kPrefix)) CHECK(test::log_line_faults(line).empty());
  }
  CHECK(subscriber.process.stderr_lines().empty());
}

TEST_CASE("without a broker it says so and ends with 1; asked wrongly it ends with 2") {
  Restaurant restaurant;
  const auto unreachable =
      restaurant.run("notification-subscriber", {},
                     {.environment = {{"RABBITMQ", "amqp://u:hidden@127.0.0.1:1/"}, {"PIZZA_STARTUP_TIMEOUT", "1"}}});
  CHECK(unreachable.exit_code == 1);
  CHECK(unreachable.out.find("rabbitmq_connection_failed") != std::string::npos);
  CHECK((unreachable.out + unreachable.err).find("hidden") == std::string::npos);
  CHECK(restaurant.run("notification-subscriber", {"--notification-types=burnt"}).exit_code == 2);
}

}  // namespace
