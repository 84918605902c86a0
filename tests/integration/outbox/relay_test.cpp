#include "outbox/relay.hpp"

#include <chrono>
#include <set>

#include <catch2/catch.hpp>

#include "integration/outbox/fixture.hpp"
#include "outbox/store.hpp"
#include "support/eventually.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::eventually;

TEST_CASE("rows handed over are published with their id as message_id, and deleted once confirmed") {
  test::OutboxFixture fixture;
  fixture.vhost.declare_queue("target");
  auto rows = fixture.append(3);
  fixture.relay.hand_over(rows);
  const auto messages = fixture.vhost.take_all("target", 3, core::after(10s));
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
  CHECK(eventually(core::after(10s), [&] { return fixture.pending() == 0; }));
}

TEST_CASE("rows that a dead process left behind are swept once their lease has ended") {
  test::OutboxFixture fixture;
  fixture.vhost.declare_queue("target");
  fixture.append(700);  // more than one sweep takes at a time
  CHECK(fixture.vhost.count("target") == 0);
  fixture.database.execute("UPDATE outbox SET leased_until = now() - interval '1 second'");
  const auto messages = fixture.vhost.take_all("target", 700, core::after(15s));
  std::set<std::string> ids;
  for (const auto& message : messages) ids.insert(message.message_id.value_or(""));
  CHECK(messages.size() == 700);
  CHECK(ids.size() == 700);
  CHECK(eventually(core::after(10s), [&] { return fixture.pending() == 0; }));
}

TEST_CASE("a row is not swept while somebody holds its lease") {
  test::OutboxFixture fixture;
  fixture.vhost.declare_queue("target");
  fixture.append(1);
  // The next row's lease has ended: when it has been swept, the sweep has passed by the first one.
  fixture.append(1);
  fixture.database.execute(
      "UPDATE outbox SET leased_until = now() - interval '1 second' WHERE id = (SELECT max(id) FROM outbox)");
  CHECK(fixture.vhost.take_all("target", 1, core::after(10s)).size() == 1);
  CHECK(eventually(core::after(10s), [&] { return fixture.pending() == 1; }));
  CHECK(fixture.vhost.count("target") == 0);
}

TEST_CASE("a message that no queue takes stays in the outbox and is published once there is one") {
  test::OutboxFixture fixture;
  fixture.relay.hand_over(fixture.append(1));
  REQUIRE(eventually(core::after(10s), [&] {
    return fixture.database.value("SELECT count(*) FROM outbox WHERE leased_until < now() + interval '6 seconds'") ==
           "1";
  }));
  CHECK(fixture.pending() == 1);
  fixture.vhost.declare_queue("target");
  CHECK(fixture.vhost.take_all("target", 1, core::after(20s)).size() == 1);
  CHECK(eventually(core::after(10s), [&] { return fixture.pending() == 0; }));
}

TEST_CASE("two relays sweep the same outbox and each row leaves once") {
  test::OutboxFixture fixture;
  test::SecondRelay second(fixture);
  fixture.vhost.declare_queue("target");
  fixture.append(1500);
  fixture.database.execute("UPDATE outbox SET leased_until = now() - interval '1 second'");
  REQUIRE(eventually(core::after(20s), [&] { return fixture.pending() == 0; }));
  CHECK(fixture.vhost.count("target") == 1500);
}

TEST_CASE("stopping waits for what was handed over") {
  test::OutboxFixture fixture;
  fixture.vhost.declare_queue("target");
  fixture.relay.hand_over(fixture.append(500));
  fixture.relay.stop(core::after(10s));
  CHECK(fixture.pending() == 0);
  CHECK(fixture.vhost.count("target") == 500);
}

TEST_CASE("rows appended in a transaction that fails are never published") {
  test::OutboxFixture fixture;
  persistence::Connection connection(fixture.options, fixture.log);
  {
    persistence::Transaction transaction(connection);
    auto rows = fixture.rows(1);
    outbox::append(transaction, rows);
    CHECK(rows.front().id > 0);
  }
  CHECK(fixture.pending() == 0);
}

}  // namespace
