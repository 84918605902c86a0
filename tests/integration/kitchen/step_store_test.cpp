#include <thread>

#include "integration/kitchen/kitchen_database.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using Kind = Claimed::Kind;

TEST_CASE("a claim moves a received order to cooking with its log row and its message, all in one") {
  KitchenDatabase database;
  database.order("A", "delivery");
  Cook anna(database, "anna");
  const auto turn = turn_for("A");
  const auto claimed = anna.claim(turn);
  CHECK(claimed.kind == Kind::started);
  CHECK(claimed.cooking == 12s);
  CHECK(claimed.type == domain::OrderType::delivery);
  CHECK(claimed.request_id == "request-A");

  CHECK(database.history("A") == "received cooking");
  CHECK(database.value("SELECT status || ' ' || processed_by || ' ' || claim || ' ' || claimed_message FROM orders") ==
        "cooking anna " + turn.claim + " m-A");
  CHECK(database.value("SELECT estimated_completion - cooking_started_at FROM orders") == "00:00:12");
  REQUIRE(anna.handed_over.size() == 1);
  CHECK(database.value("SELECT id || ' ' || exchange || ' ' || body FROM outbox") ==
        std::to_string(anna.handed_over[0].id) + " notifications_fanout " + anna.handed_over[0].body);
}

TEST_CASE("a finish moves it to ready, counts it for the worker and announces it") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  const auto turn = turn_for("A");
  anna.claim(turn);
  CHECK(anna.finish(turn) == Finished::Kind::done);
  CHECK(database.history("A") == "received cooking ready");
  CHECK(database.value("SELECT completed_at = updated_at FROM orders") == "t");
  CHECK(database.value("SELECT orders_processed FROM workers") == "1");
  CHECK(anna.handed_over.size() == 2);

  // Its message comes again in either form.
  CHECK(anna.finish(turn) == Finished::Kind::lost);
  CHECK(anna.claim(turn_for("A", true)).kind == Kind::dropped);
  CHECK(database.history("A") == "received cooking ready");
  CHECK(database.value("SELECT orders_processed FROM workers") == "1");
  CHECK(database.outbox_count() == "2");
}

TEST_CASE("the answers of a batch stand in the order of its turns") {
  KitchenDatabase database;
  for (const char* number : {"fresh", "taken", "lost", "failed"}) database.order(number);
  Cook luigi(database, "luigi");
  luigi.claim(turn_for("taken"));
  luigi.claim(turn_for("lost"));
  database->execute("UPDATE orders SET attempts = 5 WHERE number = 'failed'");
  Cook anna(database, "anna");
  const std::vector turns{turn_for("failed"), turn_for("lost", true), turn_for("none"), turn_for("taken"),
                          turn_for("fresh")};
  std::vector<Kind> kinds;
  for (const auto& claimed : anna.store.claim(turns)) kinds.push_back(claimed.kind);
  CHECK(kinds == std::vector{Kind::exhausted, Kind::resumed, Kind::unknown_order, Kind::dropped, Kind::started});
  CHECK(database.history("lost") == "received cooking");
  CHECK(database.value("SELECT string_agg(number || ' ' || coalesce(processed_by, '-'), ', ' ORDER BY id) "
                       "FROM orders") == "fresh anna, taken luigi, lost anna, failed -");
  CHECK(anna.handed_over.size() == 1);

  const std::vector<Cooked> cooked{{"taken", turns[3].claim}, {"fresh", turns[4].claim}, {"none", turns[2].claim}};
  std::vector<Finished::Kind> finished;
  for (const auto& each : anna.store.finish(cooked)) finished.push_back(each.kind);
  CHECK(finished == std::vector{Finished::Kind::lost, Finished::Kind::done, Finished::Kind::lost});
}

TEST_CASE("an order that was resumed is nobody's but its new cook's") {
  KitchenDatabase database;
  database.order("A");
  Cook luigi(database, "luigi");
  Cook anna(database, "anna");
  const auto first = turn_for("A");
  luigi.claim(first);
  database->execute("UPDATE orders SET estimated_completion = now() + interval '4 s'");
  const auto second = turn_for("A", true);
  const auto resumed = anna.claim(second);
  CHECK(resumed.kind == Kind::resumed);
  CHECK(resumed.cooking > 2s);
  CHECK(resumed.cooking <= 4s);
  CHECK(luigi.finish(first) == Finished::Kind::lost);
  CHECK(database.status("A") == "cooking");
  CHECK(anna.finish(second) == Finished::Kind::done);
  CHECK(database.value("SELECT string_agg(name || orders_processed, ' ' ORDER BY name) FROM workers") ==
        "anna1 luigi0");
  CHECK(database.outbox_count() == "2");
}

TEST_CASE("an order that was cancelled while it cooked is not made ready") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  const auto turn = turn_for("A");
  anna.claim(turn);
  database->execute("UPDATE orders SET status = 'cancelled'");
  CHECK(anna.finish(turn) == Finished::Kind::lost);
  CHECK(database.status("A") == "cancelled");
  CHECK(database.outbox_count() == "1");
}

TEST_CASE("a step whose log row is refused writes nothing at all") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  const auto turn = turn_for("A");
  SECTION("to cooking") {
    database.curse("cooking");
    CHECK_THROWS_AS(anna.claim(turn), StepRefused);
    CHECK(database.status("A") == "received");
    CHECK(database.outbox_count() == "0");
  }
  SECTION("to ready") {
    anna.claim(turn);
    database.curse("ready");
    CHECK_THROWS_AS(anna.finish(turn), StepRefused);
    CHECK(database.status("A") == "cooking");
    CHECK(database.value("SELECT orders_processed FROM workers") == "0");
    CHECK(database.outbox_count() == "1");
  }
}

TEST_CASE("a process that lost its name can write nothing") {
  KitchenDatabase database;
  database.order("A");
  database.order("B");
  Cook anna(database, "anna");
  const auto cooking = turn_for("A");
  anna.claim(cooking);
  database->execute("UPDATE workers SET instance_id = gen_random_uuid()");
  CHECK_THROWS_AS(anna.claim(turn_for("B")), TakenOver);
  CHECK_THROWS_AS(anna.claim(turn_for("A", true)), TakenOver);
  CHECK_THROWS_AS(anna.finish(cooking), TakenOver);
  CHECK(database.status("B") == "received");
  CHECK(database.history("A") == "received cooking");
  CHECK(database.value("SELECT claim FROM orders WHERE number = 'A'") == cooking.claim);
  CHECK(database.outbox_count() == "1");
  CHECK(anna.handed_over.size() == 1);
}

TEST_CASE("of many workers that claim one order at once exactly one starts it") {
  KitchenDatabase database;
  database.order("A");
  std::vector<std::unique_ptr<Cook>> cooks;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) cooks.push_back(std::make_unique<Cook>(database, name));
  std::vector<Kind> kinds(cooks.size(), Kind::unknown_order);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < cooks.size(); ++i) {
      threads.emplace_back([&, i] { kinds[i] = cooks[i]->claim(turn_for("A", false, "m" + std::to_string(i))).kind; });
    }
  }
  CHECK(std::ranges::count(kinds, Kind::started) == 1);
  CHECK(std::ranges::count(kinds, Kind::dropped) == 5);
  CHECK(database.history("A") == "received cooking");
}

TEST_CASE("batches over the same orders in opposite order do not lock each other out") {
  KitchenDatabase database;
  database.lock_timeout = 10s;
  std::vector<Turn> up;
  for (int i = 0; i < 20; ++i) {
    database.order(std::to_string(i));
    up.push_back(turn_for(std::to_string(i)));
  }
  const std::vector<Turn> down(up.rbegin(), up.rend());
  Cook anna(database, "anna");
  Cook luigi(database, "luigi");
  // Both are halted in the middle of their locking, and let go together.
  database->query_as_admin("BEGIN");
  database->query_as_admin("SELECT FROM orders WHERE number = '10' FOR UPDATE");
  std::vector<std::string> troubles(2);
  const auto work = [](Cook& cook, const std::vector<Turn>& turns, std::string& trouble) {
    try {
      cook.store.claim(turns);
    } catch (const std::exception& error) {
      trouble = error.what();
    }
  };
  bool both_wait = false;
  {
    const std::jthread first([&] { work(anna, up, troubles[0]); });
    const std::jthread second([&] { work(luigi, down, troubles[1]); });
    both_wait = test::eventually(core::after(4s), [&] {
      return database.value(
                 "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                 "AND wait_event_type = 'Lock'") == "2";
    });
    database->query_as_admin("ROLLBACK");
  }
  CHECK(both_wait);
  CHECK(troubles[0].empty());
  CHECK(troubles[1].empty());
  CHECK(database.value("SELECT count(*) FROM order_status_log WHERE status = 'cooking'") == "20");
}

TEST_CASE("a database that is busy or gone makes a step unavailable, and the next one works") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  SECTION("a lock that does not come") {
    database->query_as_admin("BEGIN");
    database->query_as_admin("SELECT FROM orders FOR UPDATE");
    CHECK_THROWS_AS(anna.claim(turn_for("A")), StepUnavailable);
    database->query_as_admin("ROLLBACK");
  }
  SECTION("a session that was ended") {
    CHECK(anna.claim(turn_for("none")).kind == Kind::unknown_order);
    database->disconnect_everyone();
    CHECK_THROWS_AS(anna.claim(turn_for("A")), StepUnavailable);
  }
  CHECK(database.status("A") == "received");
  CHECK(anna.claim(turn_for("A")).kind == Kind::started);
}

TEST_CASE("the fifth failure of an order leaves a note in its log, and only that one") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  for (int failure = 1; failure <= 6; ++failure) {
    anna.store.record_failure("A", "cursed");
    CHECK(database.history("A") == (failure < 5 ? "received" : "received note"));
  }
  CHECK(database.value("SELECT changed_by || ': ' || notes FROM order_status_log WHERE status IS NULL") ==
        "anna: dead letter after 5 failed attempts: cursed");
  CHECK(anna.claim(turn_for("A")).kind == Kind::exhausted);
}

TEST_CASE("an order that has left the kitchen does not fail there any more") {
  KitchenDatabase database;
  database.order("A");
  Cook anna(database, "anna");
  database->execute("UPDATE orders SET status = 'ready', attempts = 4");
  anna.store.record_failure("A", "late");
  CHECK(database.value("SELECT attempts FROM orders") == "4");
  CHECK(database.history("A") == "received");
}
