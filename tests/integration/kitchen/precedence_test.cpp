#include <algorithm>
#include <thread>

#include "integration/kitchen/kitchen_database.hpp"
#include "kitchen/app/claim_rule.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using Kind = Claimed::Kind;

namespace {

std::string state(KitchenDatabase& database, const std::string& number) {
  return database.of(number, "status || coalesce(' under ' || claimed_message, '')");
}

/// Which orders were asked for again: by number and routing key.
std::string asked_again(KitchenDatabase& database) {
  return database.value(
      "SELECT coalesce(string_agg(order_number || ' ' || routing_key, ', ' ORDER BY id), '') FROM outbox"
      " WHERE message_type = 'order'");
}

/// The order that each turn was for in the end; "-" for none.
std::vector<std::string> taken(const std::vector<Claimed>& answers) {
  std::vector<std::string> numbers;
  for (const auto& answer : answers) numbers.push_back(answer.kind == Kind::started ? answer.order_number : "-");
  return numbers;
}

}  // namespace

TEST_CASE("an order of higher precedence takes the turn, and the one it was for is asked for again") {
  KitchenDatabase database;
  database.order("low", "dine_in", 5);
  database.order("high", "takeout", 10);
  database->execute("UPDATE orders SET traceparent = '00-trace' WHERE number = 'low'");
  Cook anna(database, "anna");
  const auto turn = turn_for("low");
  const auto claimed = anna.claim(turn);
  CHECK(claimed.kind == Kind::started);
  CHECK(claimed.order_number == "high");
  CHECK(claimed.cooking == 10s);
  CHECK(claimed.priority == 10);
  CHECK(state(database, "high") == "cooking under m-low");
  CHECK(database.of("high", "claim") == turn.claim);
  CHECK(state(database, "low") == "received");
  CHECK(database.of("low", "waiting_since IS NOT NULL AND claim IS NULL") == "t");
  CHECK(database.history("low") == "received");
  CHECK(database.history("high") == "received cooking");
  CHECK(asked_again(database) == "low kitchen.dine_in.5");
  CHECK(database.value("SELECT exchange || ' ' || priority || ' ' || correlation_id || ' ' || traceparent FROM outbox"
                       " WHERE order_number = 'low'") == "orders_topic 5 request-low 00-trace");
  CHECK(anna.handed_over.size() == 2);

  const Cooked cooked{"high", turn.claim};
  CHECK(anna.store.finish({&cooked, 1}).at(0).kind == Finished::Kind::done);
  // Its own message comes late, the other order's new one in time.
  CHECK(anna.claim(turn_for("high")).kind == Kind::dropped);
  const auto again = anna.claim(turn_for("low", false, "m-low again"));
  CHECK(again.order_number == "low");
  CHECK(again.kind == Kind::started);
  CHECK(asked_again(database) == "low kitchen.dine_in.5");
}

TEST_CASE("a turn is left to its order while nothing of higher precedence may take it") {
  KitchenDatabase database;
  database.order("own", "takeout", 5);
  database.order("other", "dine_in", 10);
  const std::string why =
      GENERATE("priority = 5", "priority = 1", "type = 'delivery'", "waiting_since = NULL", "attempts = 5",
               "station = 'quality', status = 'cooking'", "status = 'cancelled', waiting_since = NULL");
  database->execute("UPDATE orders SET " + why + " WHERE number = 'other'");
  INFO(why);
  Cook anna(database, "anna", {.types = {domain::OrderType::takeout, domain::OrderType::dine_in}, .base_time = 10s});
  CHECK(anna.claim(turn_for("own")).order_number == "own");
  CHECK(state(database, "own") == "cooking under m-own");
  CHECK(asked_again(database).empty());
}

TEST_CASE("what waited too long is before every priority, then the highest, then the oldest") {
  KitchenDatabase database;
  for (const char* number : {"1", "2", "3", "4", "5"}) database.order(number, "takeout", 1);
  database->execute("UPDATE orders SET priority = 10 WHERE number IN ('2', '3')");
  database->execute("UPDATE orders SET priority = 9 WHERE number = '5'");
  database->execute("UPDATE orders SET overdue = true WHERE number = '4'");
  Cook anna(database, "anna");
  std::vector<std::string> cooked;
  for (int i = 0; i < 5; ++i) {
    cooked.push_back(anna.claim(turn_for("1", false, "m" + std::to_string(i))).order_number);
  }
  CHECK(cooked == std::vector<std::string>{"4", "2", "3", "5", "1"});
}

TEST_CASE("in a batch the lowest turns go to the highest that wait, and none of the batch is asked for twice") {
  KitchenDatabase database;
  for (const auto& [number, priority] : std::vector<std::pair<std::string, int>>{
           {"a10", 10}, {"b1", 1}, {"c5", 5}, {"d1", 1}, {"w10", 10}, {"w5", 5}, {"w6", 6}, {"w1", 1}}) {
    database.order(number, "takeout", priority);
  }
  Cook anna(database, "anna");
  const std::vector turns{turn_for("a10"), turn_for("b1"), turn_for("c5"), turn_for("d1")};
  CHECK(taken(anna.store.claim(turns)) == std::vector<std::string>{"a10", "w6", "c5", "w10"});
  CHECK(asked_again(database) == "b1 kitchen.takeout.1, d1 kitchen.takeout.1");
  CHECK(database.value("SELECT string_agg(number, ' ' ORDER BY id) FROM orders WHERE status = 'received'") ==
        "b1 d1 w5 w1");
}

TEST_CASE("of two workers at once only one gets the order that both would let go first") {
  KitchenDatabase database;
  database.lock_timeout = 10s;
  Cook anna(database, "anna");
  Cook luigi(database, "luigi");
  for (int round = 0; round < 20; ++round) {
    const auto name = [round](const char* what) { return what + std::to_string(round); };
    database.order(name("high"), "takeout", 10);
    database.order(name("a"), "takeout", 1);
    database.order(name("b"), "dine_in", 1);
    std::vector<std::string> got(2);
    {
      const std::jthread first([&] { got[0] = anna.claim(turn_for(name("a"))).order_number; });
      const std::jthread second([&] { got[1] = luigi.claim(turn_for(name("b"))).order_number; });
    }
    INFO(got[0] << " " << got[1]);
    CHECK(std::ranges::count(got, name("high")) == 1);
    CHECK(database.history(name("high")) == "received cooking");
    database->execute("UPDATE orders SET status = 'ready', waiting_since = NULL, claim = NULL");
  }
}

TEST_CASE("an order that somebody else is about to take is left to him") {
  KitchenDatabase database;
  database.order("low", "takeout", 1);
  database.order("high", "takeout", 10);
  Cook anna(database, "anna");
  database->query_as_admin("BEGIN");
  database->query_as_admin("SELECT FROM orders WHERE number = 'high' FOR NO KEY UPDATE");
  CHECK(anna.claim(turn_for("low")).order_number == "low");
  database->query_as_admin("ROLLBACK");
}

TEST_CASE("a turn that comes again is for the order that took it") {
  KitchenDatabase database;
  database.order("low", "takeout", 1);
  database.order("high", "takeout", 10);
  Cook luigi(database, "luigi");
  Cook anna(database, "anna");
  const auto lost = turn_for("low");
  luigi.claim(lost);
  database->execute("DELETE FROM outbox");

  SECTION("its holder is gone") {
    const auto turn = turn_for("low", true);
    const auto resumed = anna.claim(turn);
    CHECK(resumed.kind == Kind::resumed);
    CHECK(resumed.order_number == "high");
    CHECK(database.of("high", "processed_by || ' ' || claim") == "anna " + turn.claim);
    CHECK(state(database, "low") == "received");
    // The message is the other's: this order may have none.
    CHECK(asked_again(database) == "low kitchen.takeout.1");
  }
  SECTION("it is a copy that was published twice") {
    CHECK(anna.claim(turn_for("low", false)).kind == Kind::dropped);
    CHECK(database.of("high", "processed_by") == "luigi");
    CHECK(state(database, "low") == "received");
    CHECK(asked_again(database) == "low kitchen.takeout.1");
  }
  SECTION("the order that it names was started under another message") {
    CHECK(anna.claim(turn_for("low", false, "m-low again")).order_number == "low");
    const auto resumed = anna.claim(turn_for("low", true));
    CHECK(resumed.order_number == "high");
    CHECK(state(database, "low") == "cooking under m-low again");
    CHECK(asked_again(database).empty());
  }
  SECTION("the order that took it is done") {
    const Cooked cooked{"high", lost.claim};
    CHECK(luigi.store.finish({&cooked, 1}).at(0).kind == Finished::Kind::done);
    CHECK(anna.claim(turn_for("low", true)).order_number == "low");
  }
}

TEST_CASE("an order that took a turn in the queue of another type is left to workers of its own") {
  KitchenDatabase database;
  database.order("low", "dine_in", 1);
  database.order("high", "takeout", 10);
  Cook luigi(database, "luigi");
  luigi.claim(turn_for("low"));
  database->execute("DELETE FROM outbox");
  Cook mario(database, "mario", {.types = {domain::OrderType::dine_in}, .base_time = 10s});
  CHECK(mario.claim(turn_for("low", true)).kind == Kind::dropped);
  CHECK(asked_again(database) == "low kitchen.dine_in.1, high kitchen.takeout.10");
  Cook anna(database, "anna");
  CHECK(anna.claim(turn_for("high", false, "m-high again")).kind == Kind::resumed);
  CHECK(database.of("high", "processed_by") == "anna");
}

TEST_CASE("of several orders under one message one is worked at, the others get messages of their own") {
  KitchenDatabase database;
  for (const char* number : {"a", "b", "c"}) database.order(number);
  Cook luigi(database, "luigi");
  luigi.claim(turn_for("a", false, "same"));
  // A sender that gives every message the same id: each order still gets its turn.
  CHECK(luigi.claim(turn_for("b", false, "same")).kind == Kind::dropped);
  CHECK(asked_again(database) == "b kitchen.takeout.1");
  luigi.claim(turn_for("b", false, "its own"));
  const std::vector turns{turn_for("b", true, "same"), turn_for("c", true, "same")};
  const auto answers = luigi.store.claim(turns);
  CHECK(answers[0].order_number == "a");
  CHECK(answers[0].kind == Kind::resumed);
  CHECK(answers[1].kind == Kind::dropped);
  CHECK(asked_again(database) == "b kitchen.takeout.1, c kitchen.takeout.1");
}

TEST_CASE("a delivery without an id is nobody else's turn: its order is asked for under an id") {
  KitchenDatabase database;
  database.order("low", "takeout", 1);
  database.order("high", "takeout", 10);
  Cook anna(database, "anna");
  Turn turn = turn_for("low");
  turn.delivery.message_id.clear();
  CHECK(anna.claim(turn).kind == Kind::dropped);
  CHECK(database.value("SELECT count(*) FROM orders WHERE status = 'received'") == "2");
  CHECK(asked_again(database) == "low kitchen.takeout.1");
  CHECK(anna.claim(turn_for("low", false, "its id")).order_number == "high");
}

TEST_CASE("without an id two orders cook side by side and each comes back as itself") {
  KitchenDatabase database;
  database.order("a");
  database.order("b");
  Cook anna(database, "anna");
  auto turns = std::vector{turn_for("a"), turn_for("b")};
  for (auto& turn : turns) turn.delivery.message_id.clear();
  CHECK(taken(anna.store.claim(turns)) == std::vector<std::string>{"a", "b"});
  for (auto& turn : turns) turn.delivery.redelivered = true;
  const auto answers = anna.store.claim(turns);
  CHECK(answers[0].order_number == "a");
  CHECK(answers[1].order_number == "b");
  CHECK(answers[1].kind == Kind::resumed);
}

TEST_CASE("an order that cannot be started in another's turn is at fault itself, and lets others pass in the end") {
  KitchenDatabase database;
  database.order("low", "takeout", 1);
  database.order("high", "takeout", 10);
  database->execute(
      "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cursed'; END $$;"
      "CREATE TRIGGER curse BEFORE UPDATE ON orders FOR EACH ROW WHEN (new.status = 'cooking' AND new.number = 'high')"
      " EXECUTE FUNCTION curse()");
  Cook anna(database, "anna");
  for (int i = 0; i < kMaxAttempts; ++i) {
    std::string culprit;
    try {
      anna.claim(turn_for("low", true));
    } catch (const StepRefused& refused) {
      culprit = refused.order_number();
    }
    REQUIRE(culprit == "high");
    anna.store.record_failure(culprit, "cursed");
  }
  CHECK(anna.claim(turn_for("low", true)).order_number == "low");
  CHECK(database.of("low", "attempts") == "0");
  CHECK(anna.claim(turn_for("high")).kind == Kind::exhausted);
}

TEST_CASE("an order that fails too often in another's turn becomes a dead letter under its own name") {
  KitchenDatabase database;
  database.order("low", "takeout", 1);
  database.order("high", "takeout", 10);
  Cook anna(database, "anna");
  anna.claim(turn_for("low"));
  database->execute("DELETE FROM outbox");
  for (int i = 0; i < kMaxAttempts; ++i) anna.store.record_failure("high", "cursed");
  CHECK(anna.claim(turn_for("low", true)).kind == Kind::dropped);
  CHECK(asked_again(database) == "low kitchen.takeout.1, high kitchen.takeout.10");
  CHECK(database.of("high", "claim IS NULL AND claimed_message IS NULL") == "t");
  CHECK(anna.claim(turn_for("high", false, "m-high again")).kind == Kind::exhausted);
  CHECK(anna.claim(turn_for("low", false, "m-low again")).kind == Kind::started);
}
