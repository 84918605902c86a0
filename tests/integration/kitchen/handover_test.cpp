#include <algorithm>
#include <future>

#include "integration/kitchen/kitchen_database.hpp"

namespace pizza::kitchen {
namespace {

using domain::OrderType;

/// A VIP takeout that took the turn of a dine-in order, and cooks under that order's message.
void cook_under_another_message(KitchenDatabase& database, Cook& general) {
  database.order("D1", "dine_in", 1);
  database.order("T1", "takeout", 10);
  REQUIRE(general.claim(turn_for("D1")).order_number == "T1");
  REQUIRE(database.of("T1", "claimed_message") == "m-D1");
}

TEST_CASE("an order whose cook died under another type's message is asked for anew by who cannot cook it") {
  KitchenDatabase database;
  Cook general(database, "general");
  cook_under_another_message(database, general);

  Cook dine_in(database, "dine_in", {.types = {OrderType::dine_in}, .base_time = 10s});
  const auto answer = dine_in.claim(turn_for("D1", true));
  CHECK(answer.kind == Claimed::Kind::dropped);
  CHECK(database.of("T1", "claim IS NULL AND claimed_message IS NULL AND status = 'cooking'") == "t");
  const auto asked = std::ranges::find(dine_in.handed_over, "T1", &outbox::Row::order_number);
  REQUIRE(asked != dine_in.handed_over.end());
  CHECK(asked->routing_key == "kitchen.takeout.10");

  Cook takeout(database, "takeout", {.types = {OrderType::takeout}, .base_time = 10s});
  const auto turn = turn_for("T1", false, std::to_string(asked->id));
  const auto resumed = takeout.claim(turn);
  CHECK(resumed.kind == Claimed::Kind::resumed);
  CHECK(resumed.cooking > 8s);
  CHECK(takeout.finish(turn) == Finished::Kind::done);
  CHECK(database.history("T1") == "received cooking ready");
  CHECK(database.status("D1") == "received");
}

TEST_CASE("a worker that may cook it goes on under the message that comes back") {
  KitchenDatabase database;
  Cook general(database, "general");
  cook_under_another_message(database, general);

  Cook other(database, "other");
  const auto turn = turn_for("D1", true);
  const auto resumed = other.claim(turn);
  CHECK(resumed.kind == Claimed::Kind::resumed);
  CHECK(resumed.order_number == "T1");
  const Cooked cooked{"T1", turn.claim};
  CHECK(other.store.finish({&cooked, 1}).at(0).kind == Finished::Kind::done);
  CHECK(database.status("T1") == "ready");
}

TEST_CASE("a step that gives a turn away while its message comes again is waited for and seen") {
  KitchenDatabase database;
  database.lock_timeout = 10s;
  database.order("D1", "dine_in", 1);
  database.order("T1", "takeout", 10);
  Cook other(database, "other");
  // Its worker is dead, its COMMIT on the way.
  persistence::Connection dying(database.options(), database.log());
  dying.run(
      "BEGIN; SELECT FROM orders WHERE number = 'D1' FOR NO KEY UPDATE;"
      "UPDATE orders SET status = 'cooking', waiting_since = NULL, claim = gen_random_uuid(), claimed_message = 'm-D1',"
      " cooking_started_at = now(), estimated_completion = now() + interval '10 s' WHERE number = 'T1';"
      "INSERT INTO order_stages (order_id, station, worker_name) SELECT id, 'cook', 'dying' FROM orders"
      " WHERE number = 'T1'; INSERT INTO order_status_log (order_id, status) SELECT id, 'cooking' FROM orders"
      " WHERE number = 'T1'");
  const auto turn = turn_for("D1", true);
  auto answer = std::async(std::launch::async, [&] { return other.claim(turn); });
  REQUIRE(test::eventually(core::after(10s), [&] {
    return database.value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
               " AND wait_event_type = 'Lock'") != "0";
  }));
  dying.run("COMMIT");

  const auto resumed = answer.get();
  CHECK(resumed.kind == Claimed::Kind::resumed);
  CHECK(resumed.order_number == "T1");
  CHECK(database.status("D1") == "received");
  const Cooked cooked{"T1", turn.claim};
  CHECK(other.store.finish({&cooked, 1}).at(0).kind == Finished::Kind::done);
}

TEST_CASE("two copies of a message that come again together start no second order under it") {
  KitchenDatabase database;
  Cook general(database, "general");
  cook_under_another_message(database, general);

  Cook other(database, "other");
  const std::vector turns{turn_for("D1", true), turn_for("D1", true)};
  const auto answers = other.store.claim(turns);
  CHECK(answers.at(0).kind == Claimed::Kind::resumed);
  CHECK(answers.at(0).order_number == "T1");
  CHECK(answers.at(1).kind == Claimed::Kind::dropped);
  CHECK(database.status("D1") == "received");
  CHECK(std::ranges::count(other.handed_over, "D1", &outbox::Row::order_number) == 1);
}

}  // namespace
}  // namespace pizza::kitchen
