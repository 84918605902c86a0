#include "outbox/relay.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/outbox/relayed_outbox.hpp"
#include "outbox/store.hpp"
#include "support/eventually.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::eventually;

TEST_CASE("rows handed over are published with their id as message_id, and deleted once confirmed") {
  test::RelayedOutbox relayed;
  relayed.vhost.declare_queue("target");
  auto rows = relayed.append(3);
  relayed.relay.hand_over(rows);
  const auto messages = relayed.vhost.take_all("target", 3, core::after(10s));
  REQUIRE(messages.size() == 3);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    CHECK(messages[i].message_id == std::to_string(rows[i].id));
    CHECK(messages[i].body == rows[i].body);
    CHECK(messages[i].correlation_id == "request-1");
    CHECK(messages[i].priority == 5);
    CHECK(messages[i].delivery_mode == 2);
    CHECK(messages[i].type == "order");
    CHECK(messages[i].app_id == "test");
    CHECK(messages[i].timestamp.has_value());
  }
  CHECK(eventually(core::after(10s), [&] { return relayed.pending() == 0; }));
}

TEST_CASE("rows that a dead process left behind are swept once their lease has ended") {
  test::RelayedOutbox relayed;
  relayed.vhost.declare_queue("target");
  relayed.append(700);  // more than one sweep takes at a time
  CHECK(relayed.vhost.count("target") == 0);
  relayed.database.execute("UPDATE outbox SET leased_until = now() - interval '1 second'");
  const auto messages = relayed.vhost.take_all("target", 700, core::after(15s));
  std::set<std::string> ids;
  for (const auto& message : messages) ids.insert(message.message_id.value_or(""));
  CHECK(messages.size() == 700);
  CHECK(ids.size() == 700);
  CHECK(eventually(core::after(10s), [&] { return relayed.pending() == 0; }));
}

TEST_CASE("a row is not swept while somebody holds its lease") {
  test::RelayedOutbox relayed;
  relayed.vhost.declare_queue("target");
  relayed.append(1);
  // The next row's lease has ended: when it has been swept, the sweep has passed by the first one.
  relayed.append(1);
  relayed.database.execute(
      "UPDATE outbox SET leased_until = now() - interval '1 second' WHERE id = (SELECT max(id) FROM outbox)");
  CHECK(relayed.vhost.take_all("target", 1, core::after(10s)).size() == 1);
  CHECK(eventually(core::after(10s), [&] { return relayed.pending() == 1; }));
  CHECK(relayed.vhost.count("target") == 0);
}

TEST_CASE("a message that no queue takes stays in the outbox and is published once there is one") {
  test::RelayedOutbox relayed;
  relayed.relay.hand_over(relayed.append(1));
  REQUIRE(eventually(core::after(10s), [&] {
    return relayed.database.value("SELECT count(*) FROM outbox WHERE leased_until < now() + interval '6 seconds'") ==
           "1";
  }));
  CHECK(relayed.pending() == 1);
  relayed.vhost.declare_queue("target");
  CHECK(relayed.vhost.take_all("target", 1, core::after(20s)).size() == 1);
  CHECK(eventually(core::after(10s), [&] { return relayed.pending() == 0; }));
}

TEST_CASE("two relays sweep the same outbox and each row leaves once") {
  test::RelayedOutbox relayed;
  test::SecondRelay second(relayed);
  relayed.vhost.declare_queue("target");
  relayed.append(1500);
  relayed.database.execute("UPDATE outbox SET leased_until = now() - interval '1 second'");
  REQUIRE(eventually(core::after(20s), [&] { return relayed.pending() == 0; }));
  CHECK(relayed.vhost.count("target") == 1500);
}

TEST_CASE("a relay tells what the outbox holds, whoever wrote it, and says so when the database does not tell") {
  test::RelayedOutbox relayed;
  relayed.append(3);
  relayed.database.execute(
      "UPDATE outbox SET created_at = now() - interval '1 hour' WHERE id = (SELECT min(id) FROM outbox)");
  std::mutex mutex;
  std::vector<std::optional<outbox::Backlog>> told;
  const auto last = [&]() -> std::optional<outbox::Backlog> {
    const std::lock_guard lock(mutex);
    return told.empty() ? std::nullopt : told.back();
  };
  auto options = relayed.make_relay_options();
  options.on_backlog = [&](const std::optional<outbox::Backlog>& backlog) {
    const std::lock_guard lock(mutex);
    told.push_back(backlog);
  };
  messaging::Publisher away(test::publisher_options(relayed.vhost), relayed.log);  // never started
  outbox::Relay relay(options, away, relayed.log);
  REQUIRE(eventually(core::after(10s), [&] { return last().has_value(); }));
  CHECK(last()->pending == 3);
  CHECK(last()->oldest >= 1h);
  CHECK(last()->oldest < 1h + 10min);

  relayed.database.disconnect_everyone();
  REQUIRE(eventually(core::after(20s), [&] {
    const std::lock_guard lock(mutex);
    return std::ranges::any_of(told, [](const auto& backlog) { return !backlog; });
  }));
  relayed.database.execute("DELETE FROM outbox");
  REQUIRE(eventually(core::after(20s), [&] { return last() && last()->pending == 0; }));
  CHECK(last()->oldest == 0s);
}

TEST_CASE("what the outbox holds is not counted beyond its bound") {
  test::RelayedOutbox relayed;
  relayed.append(1);
  relayed.database.execute(
      "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until)"
      "SELECT '', '', '', '', '', now() + interval '1 day' FROM generate_series(1, 20000)");
  persistence::Connection connection(relayed.options, relayed.log);
  CHECK(outbox::backlog(connection).pending == outbox::Backlog::kMost);
}

TEST_CASE("stopping waits for what was handed over") {
  test::RelayedOutbox relayed;
  relayed.vhost.declare_queue("target");
  relayed.relay.hand_over(relayed.append(500));
  relayed.relay.stop(core::after(10s));
  CHECK(relayed.pending() == 0);
  CHECK(relayed.vhost.count("target") == 500);
}

TEST_CASE("what is more than may be in flight goes by the table, in its order and without waiting for its lease") {
  test::RelayedOutbox relayed;
  relayed.vhost.declare_queue("target");
  relayed.relay.stop(core::after(0s));
  auto options = relayed.make_relay_options();
  options.max_in_flight = 100;
  outbox::Relay relay(options, relayed.publisher, relayed.log);
  const auto handed_over_at = relayed.database.value("SELECT clock_timestamp()");
  relay.hand_over(relayed.append(150));
  relay.hand_over(relayed.append(3));  // there would be room for them
  const auto messages = relayed.vhost.take_all("target", 153, core::after(10s));
  REQUIRE(messages.size() == 153);
  CHECK(
      std::ranges::is_sorted(messages, {}, [](const auto& each) { return std::stol(each.message_id.value_or("0")); }));
  CHECK(eventually(core::after(10s), [&] { return relayed.pending() == 0; }));
  INFO("a lease lasts 12 s");
  CHECK(relayed.database.value("SELECT clock_timestamp() < '" + handed_over_at + "'::timestamptz + interval '11 s'") ==
        "t");
  // The sweep has caught up: what is handed over leaves at once again, whatever the table holds.
  REQUIRE(eventually(core::after(10s), [&] {
    auto rows = relayed.append(1);
    relayed.database.execute("DELETE FROM outbox");
    relay.hand_over(std::move(rows));
    return relayed.vhost.take_all("target", 1, core::after(500ms)).size() == 1;
  }));
}

TEST_CASE("rows appended in a transaction that fails are never published") {
  test::RelayedOutbox relayed;
  persistence::Connection connection(relayed.options, relayed.log);
  {
    persistence::Transaction transaction(connection);
    auto rows = relayed.rows(1);
    outbox::append(transaction, rows);
    CHECK(rows.front().id > 0);
  }
  CHECK(relayed.pending() == 0);
}

}  // namespace
