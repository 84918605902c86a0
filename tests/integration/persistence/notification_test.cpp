#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/persistence/database_access.hpp"
#include "support/eventually.hpp"
#include "support/patience.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;

struct Listener {
  test::TestDatabase database;
  logging::Logger log{test::quiet()};
  persistence::Connection connection{test::options_for(database), log};
  core::Wakeup wakeup;

  void say(const std::string& channel, const std::string& payload) {
    database.execute("SELECT pg_notify('" + channel + "', '" + payload + "')");
  }
  /// The payloads that come until there are `wanted` of them.
  std::vector<std::string> hear(std::size_t wanted) {
    std::vector<std::string> heard;
    const auto deadline = core::after(5s);
    while (heard.size() < wanted && std::chrono::steady_clock::now() < deadline) {
      if (auto next = connection.next_notification(deadline, wakeup)) heard.push_back(std::move(next->payload));
    }
    return heard;
  }
};

TEST_CASE("a session hears its channels, in order, and only what was committed") {
  Listener listener;
  listener.connection.listen("Orders \"gone\"");
  listener.connection.listen("other");
  listener.say("orders", "not this one");
  listener.database.execute("BEGIN");
  listener.say("other", "undone");
  listener.database.execute("ROLLBACK");
  listener.say("Orders \"gone\"", "ORD_1");
  listener.say("other", "");
  const auto first = listener.hear(1);
  CHECK(first == std::vector<std::string>{"ORD_1"});
  CHECK(listener.hear(1) == std::vector<std::string>{""});
  CHECK_FALSE(listener.connection.next_notification(core::after(50ms), listener.wakeup));
}

TEST_CASE("notifications that come while statements run are kept") {
  Listener listener;
  listener.connection.listen("orders");
  for (int i = 0; i < 5; ++i) {
    listener.say("orders", std::to_string(i));
    listener.connection.run("SELECT " + std::to_string(i));
  }
  CHECK(listener.hear(5) == std::vector<std::string>{"0", "1", "2", "3", "4"});
}

TEST_CASE("waiting for a notification ends at its deadline, at a wake-up, and as soon as one comes") {
  Listener listener;
  listener.connection.listen("orders");
  const auto waited = [&](std::chrono::milliseconds limit) {
    const auto start = std::chrono::steady_clock::now();
    listener.connection.next_notification(core::after(limit), listener.wakeup);
    return std::chrono::steady_clock::now() - start;
  };
  CHECK(waited(100ms) >= 100ms);
  listener.wakeup.wake();
  CHECK(waited(10s) < 5s);
  std::jthread other([&] { listener.say("orders", "now"); });
  CHECK(waited(10s) < 5s);
}

TEST_CASE("a session that ends while it waits is noticed at once") {
  Listener listener;
  listener.connection.listen("orders");
  listener.database.disconnect_everyone();
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(listener.hear(1), persistence::SqlError);
  CHECK(std::chrono::steady_clock::now() - start < test::patient(4s));
  CHECK_FALSE(listener.connection.usable());
}

}  // namespace
