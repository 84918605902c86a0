#include <algorithm>

#include "integration/kitchen/fixture.hpp"

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
  CHECK(takeout.finish(turn) == Finished::done);
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
  CHECK(other.store.finish({&cooked, 1}).at(0) == Finished::done);
  CHECK(database.status("T1") == "ready");
}

}  // namespace
}  // namespace pizza::kitchen
