#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/wakeup.hpp"
#include "integration/order/order_database.hpp"
#include "order/adapters/staff_sql_store.hpp"
#include "support/stored_orders.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;
using domain::OrderStatus;
using order::StaffRuling;

namespace {

/// A staff store on a database of its own, and what it handed to the publisher.
struct StaffRoom {
  OrderDatabase database;
  persistence::Pool pool{database.options(), 4, database.log()};
  std::atomic<int> handed_over{0};
  order::StaffSqlStore store{
      pool, [this](const std::vector<outbox::Row>& rows) { handed_over += static_cast<int>(rows.size()); },
      database.log()};

  /// An order with this status and all the log rows it came by.
  std::string plant(const std::string& status, const std::string& type = "takeout", const std::string& also = "") {
    return store_order(*database, {.type = type, .status = status, .also = also});
  }
  std::string of_order(const std::string& number, const std::string& expression) {
    return database->value("SELECT " + expression + " FROM orders WHERE number = '" + number + "'");
  }
  std::string history(const std::string& number) {
    return database->value(
        "SELECT coalesce(string_agg(coalesce(l.status, 'note'), ' ' ORDER BY l.id), '') FROM order_status_log l"
        " JOIN orders o ON o.id = l.order_id WHERE o.number = '" +
        number + "'");
  }
  std::string announced(const std::string& number) {
    return database->value(
        "SELECT coalesce(string_agg(body::json->>'old_status' || '>' || (body::json->>'new_status'), ' ' ORDER BY id), "
        "'')"
        " FROM outbox WHERE order_number = '" +
        number + "'");
  }
};

}  // namespace

TEST_CASE("a move takes the order from whoever works at it and from whoever waits for it") {
  StaffRoom room;
  const auto in_work = room.plant("cooking");
  const auto waiting = store_order(*room.database, {.type = "delivery", .status = "ready", .station = "courier"});
  REQUIRE(room.store.move(in_work, OrderStatus::cancelled, "burnt")->ruling == StaffRuling::change);
  REQUIRE(room.store.move(waiting, OrderStatus::out_for_delivery, std::nullopt)->ruling == StaffRuling::change);
  for (const auto& number : {in_work, waiting}) {
    CHECK(room.of_order(number, "waiting_since IS NULL AND claim IS NULL AND claimed_message IS NULL") == "t");
  }
  CHECK(room.handed_over == 2);
}

TEST_CASE("the workers are told of a cancelled order that is in work, and of no other") {
  StaffRoom room;
  const auto in_work = room.plant("cooking");
  const auto waiting = room.plant("received");
  const auto out = room.plant("out_for_delivery", "delivery", "claim = gen_random_uuid(), claimed_message = 'm1'");
  persistence::Connection worker(room.database.options(), room.database.log());
  worker.listen("order_cancelled");
  REQUIRE(room.store.move(in_work, OrderStatus::cancelled, std::nullopt));
  REQUIRE(room.store.move(waiting, OrderStatus::cancelled, std::nullopt));
  REQUIRE(room.store.move(out, OrderStatus::delivered, std::nullopt));
  REQUIRE(room.store.move(in_work, OrderStatus::cancelled, std::nullopt)->ruling == StaffRuling::already);
  room.database->execute("NOTIFY order_cancelled, 'the end'");
  std::string heard;
  const core::Wakeup never;
  for (const auto deadline = core::after(10s);
       !heard.ends_with("the end; ") && std::chrono::steady_clock::now() < deadline;) {
    if (const auto said = worker.next_notification(deadline, never)) heard += said->payload + "; ";
  }
  CHECK(heard == in_work + "; the end; ");
}

TEST_CASE("an order counts for its customer once, when it is delivered or completed") {
  StaffRoom room;
  const auto completed = [&] {
    return room.database->value("SELECT coalesce(sum(orders_completed), 0) FROM customers");
  };
  const auto delivery = room.plant("ready", "delivery");
  const auto takeout = room.plant("ready");
  const auto cancelled = room.plant("ready");
  room.store.move(delivery, OrderStatus::out_for_delivery, std::nullopt);
  CHECK(completed() == "0");
  room.store.move(delivery, OrderStatus::delivered, std::nullopt);
  CHECK(completed() == "1");
  room.store.move(delivery, OrderStatus::completed, std::nullopt);
  CHECK(completed() == "1");
  for (int i = 0; i < 2; ++i) room.store.move(takeout, OrderStatus::completed, std::nullopt);
  CHECK(completed() == "2");
  room.store.move(cancelled, OrderStatus::cancelled, std::nullopt);
  CHECK(completed() == "2");
  CHECK(room.database->value("SELECT name FROM customers") == "Anna");
}

TEST_CASE("of a cancel and a complete at once one happens, the other is told what is so") {
  StaffRoom room;
  int cancelled = 0;
  int completed = 0;
  for (int round = 0; round < 60; ++round) {
    const auto number = room.plant("ready");
    StaffRuling cancel{};
    StaffRuling complete{};
    {
      const std::jthread other(
          [&] { complete = room.store.move(number, OrderStatus::completed, std::nullopt)->ruling; });
      cancel = room.store.move(number, OrderStatus::cancelled, std::nullopt)->ruling;
    }
    CAPTURE(round);
    const bool was_cancelled = room.of_order(number, "status") == "cancelled";
    ++(was_cancelled ? cancelled : completed);
    CHECK(cancel == (was_cancelled ? StaffRuling::change : StaffRuling::illegal));
    CHECK(complete == (was_cancelled ? StaffRuling::illegal : StaffRuling::change));
    const std::string end = was_cancelled ? "cancelled" : "completed";
    CHECK(room.history(number) == "received cooking ready " + end);
    CHECK(room.announced(number) == "ready>" + end);
  }
  CHECK(room.handed_over == 60);
  CHECK(room.database->value("SELECT coalesce(sum(orders_completed), 0) FROM customers") == std::to_string(completed));
  INFO(cancelled << " cancelled, " << completed << " completed");
  CHECK(cancelled + completed == 60);
}

TEST_CASE("the same move asked for by many at once happens once") {
  StaffRoom room;
  const auto number = room.plant("ready");
  std::atomic<int> changes{0};
  {
    std::vector<std::jthread> staff;
    for (int i = 0; i < 8; ++i) {
      staff.emplace_back([&] {
        const auto outcome = room.store.move(number, OrderStatus::completed, "picked up");
        if (outcome->ruling == StaffRuling::change) ++changes;
      });
    }
  }
  CHECK(changes == 1);
  CHECK(room.history(number) == "received cooking ready completed");
  CHECK(room.announced(number) == "ready>completed");
}

TEST_CASE("an order taken by the kitchen while the staff waits for its row is judged as it is then") {
  StaffRoom room;
  const auto number = room.plant("received");
  persistence::Connection kitchen(room.database.options(), room.database.log());
  kitchen.run("BEGIN");
  kitchen.run("UPDATE orders SET status = 'cooking', waiting_since = NULL, claim = gen_random_uuid() WHERE number = '" +
              number + "'");
  std::optional<order::StaffOutcome> outcome;
  {
    const std::jthread staff([&] { outcome = room.store.change_priority(number, {.priority = 10}); });
    while (room.database->value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "0") {
    }
    kitchen.run(
        "INSERT INTO order_status_log (order_id, status, changed_at) SELECT id, 'cooking', clock_timestamp()"
        " FROM orders WHERE number = '" +
        number + "'");
    kitchen.run("COMMIT");
  }
  CHECK(outcome->ruling == StaffRuling::illegal);
  CHECK(outcome->status == OrderStatus::cooking);
  CHECK(room.of_order(number, "priority") == "1");
}

TEST_CASE("a move that waited for a step of the kitchen is dated after it") {
  StaffRoom room;
  const auto number = room.plant("cooking");
  persistence::Connection kitchen(room.database.options(), room.database.log());
  kitchen.run("BEGIN");
  kitchen.run("UPDATE orders SET status = 'ready', claim = NULL WHERE number = '" + number + "'");
  {
    const std::jthread staff([&] { room.store.move(number, OrderStatus::completed, std::nullopt); });
    while (room.database->value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "0") {
    }
    kitchen.run(
        "INSERT INTO order_status_log (order_id, status, changed_at) SELECT id, 'ready', clock_timestamp()"
        " FROM orders WHERE number = '" +
        number + "'");
    kitchen.run("COMMIT");
  }
  CHECK(room.database->value("SELECT string_agg(status, ' ' ORDER BY changed_at, id) FROM order_status_log") ==
        "received cooking ready completed");
  CHECK(room.of_order(number, "updated_at = (SELECT max(changed_at) FROM order_status_log)") == "t");
}

TEST_CASE("a new priority ends what the kitchen's promotion did, the same one leaves it") {
  StaffRoom room;
  const auto number = room.plant("received", "takeout", "priority = 10, overdue = true, assigned_priority = 1");
  CHECK(room.store.change_priority(number, {.priority = 10})->ruling == StaffRuling::already);
  CHECK(room.of_order(number, "precedence") == "11");
  CHECK(room.history(number) == "received");
  CHECK(room.store.change_priority(number, {.priority = 3, .reason = "no hurry"})->ruling == StaffRuling::change);
  CHECK(room.of_order(number, "precedence || ' ' || assigned_priority") == "3 1");
  CHECK(room.database->value("SELECT notes FROM order_status_log WHERE status IS NULL") ==
        "priority 10 -> 3: no hurry");
  CHECK(room.announced(number).empty());
}

TEST_CASE("what the database refuses is nobody's doubt, and nothing of it stays") {
  StaffRoom room;
  const auto number = room.plant("ready");
  room.database->execute(
      "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cursed'; END $$;"
      "CREATE TRIGGER curse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION curse()");
  try {
    room.store.move(number, OrderStatus::completed, std::nullopt);
    FAIL("it was done");
  } catch (const order::StaffStoreFailed& failure) {
    CHECK(failure.kind() == order::StaffStoreFailed::Kind::failed);
  }
  CHECK(room.of_order(number, "status") == "ready");
  CHECK(room.history(number) == "received cooking ready");
  CHECK(room.database->value("SELECT count(*) FROM customers") == "0");
  CHECK(room.handed_over == 0);
}
