#include <string>
#include <vector>

#include "integration/kitchen/kitchen_database.hpp"

using namespace pizza;
using namespace pizza::kitchen;

namespace {

struct Worker {
  Worker(KitchenDatabase& database, const std::string& name, Registration registration = {})
      : session(database.options(), database.log()),
        registry(session, {name, core::random_uuid()}, std::move(registration)) {}

  bool signs_on() {
    try {
      registry.sign_on();
      return true;
    } catch (const RegistrationRefused&) {
      return false;
    }
  }

  persistence::Session session;
  WorkerRegistry registry;
};

}  // namespace

TEST_CASE("a worker signs on with all that others need to know of it, and signs off") {
  KitchenDatabase database;
  Worker anna(database, "anna",
              {.order_types = {"dine_in", "takeout"}, .heartbeat_interval = 7s, .prefetch = 3, .cooking_time = 2500ms});
  REQUIRE(anna.signs_on());
  CHECK(database.value("SELECT concat_ws(' ', type, status, heartbeat_interval, order_types, prefetch, "
                       "cooking_time_ms, orders_processed) FROM workers") ==
        "dine_in,takeout online 7 {dine_in,takeout} 3 2500 0");
  anna.registry.sign_off();
  CHECK(database.value("SELECT status FROM workers") == "offline");
}

TEST_CASE("a general worker is of type general and takes all orders") {
  KitchenDatabase database;
  REQUIRE(Worker(database, "anna").signs_on());
  CHECK(database.value("SELECT type || ' ' || order_types::text FROM workers") == "general {dine_in,takeout,delivery}");
}

TEST_CASE("who may take a name depends on whether its holder is alive by its own heartbeat") {
  KitchenDatabase database;
  REQUIRE(Worker(database, "anna", {.heartbeat_interval = 10s}).signs_on());
  database->execute("UPDATE workers SET orders_processed = 7");
  const auto may_take = [&](const std::string& state) {
    database->execute("UPDATE workers SET heartbeat_interval = 10, " + state);
    return Worker(database, "anna", {.heartbeat_interval = 1s}).signs_on();
  };
  CHECK_FALSE(may_take("status = 'online', last_seen = now()"));
  CHECK_FALSE(may_take("status = 'online', last_seen = now() - interval '15 s'"));
  CHECK(may_take("status = 'online', last_seen = now() - interval '21 s'"));
  CHECK(may_take("status = 'offline', last_seen = now()"));
  CHECK(database.value("SELECT status || heartbeat_interval || orders_processed FROM workers") == "online17");
}

TEST_CASE("a refused worker changes nothing of the row that is there") {
  KitchenDatabase database;
  REQUIRE(Worker(database, "anna").signs_on());
  const auto before = database.value("SELECT workers::text FROM workers");
  CHECK_FALSE(Worker(database, "anna", {.order_types = {"takeout"}}).signs_on());
  CHECK(database.value("SELECT workers::text FROM workers") == before);
}

TEST_CASE("a heartbeat is written while the name is one's own, and the loser of it leaves the heir's row alone") {
  KitchenDatabase database;
  Worker anna(database, "anna");
  REQUIRE(anna.signs_on());
  database->execute("UPDATE workers SET last_seen = now() - interval '1 h', status = 'offline'");
  CHECK(anna.registry.beat());
  CHECK(database.value("SELECT status FROM workers WHERE last_seen > now() - interval '1 min'") == "online");
  database->execute("UPDATE workers SET instance_id = gen_random_uuid()");
  const auto heirs = database.value("SELECT workers::text FROM workers");
  CHECK_FALSE(anna.registry.beat());
  anna.registry.sign_off();
  CHECK(database.value("SELECT workers::text FROM workers") == heirs);
}

TEST_CASE("a worker of another station says so, and is called after it") {
  KitchenDatabase database;
  REQUIRE(Worker(database, "anna").signs_on());
  REQUIRE(Worker(database, "quinn", {.station = "quality"}).signs_on());
  REQUIRE(Worker(database, "carl", {.station = "courier", .order_types = {"delivery"}}).signs_on());
  CHECK(database.value("SELECT string_agg(concat_ws('/', station, type, order_types), ' ' ORDER BY name) "
                       "FROM workers") ==
        "cook/general/{dine_in,takeout,delivery} courier/courier delivery/{delivery} "
        "quality/quality/{dine_in,takeout,delivery}");
}

TEST_CASE("a worker is online since its last registration, whatever heartbeats follow") {
  KitchenDatabase database;
  Worker anna(database, "anna");
  REQUIRE(anna.signs_on());
  database->execute("UPDATE workers SET online_since = now() - interval '1 h'");
  REQUIRE(anna.registry.beat());
  CHECK(database.value("SELECT online_since < now() - interval '50 min' FROM workers") == "t");
  anna.registry.sign_off();
  REQUIRE(Worker(database, "anna").signs_on());
  CHECK(database.value("SELECT online_since > now() - interval '1 min' FROM workers") == "t");
}

TEST_CASE("of the cancelled orders a worker asks for those it had in hand lately") {
  KitchenDatabase database;
  Worker anna(database, "anna");
  REQUIRE(anna.signs_on());
  const auto now = anna.registry.beat().value();
  for (const char* number : {"mine", "theirs", "long ago", "cooking"}) database.order(number);
  database->execute(
      "UPDATE orders SET processed_by = CASE number WHEN 'theirs' THEN 'luigi' ELSE 'anna' END, "
      "status = CASE number WHEN 'cooking' THEN 'cooking' ELSE 'cancelled' END, "
      "updated_at = now() - CASE number WHEN 'long ago' THEN interval '1 h' ELSE interval '0' END");
  CHECK(anna.registry.missed_cancellations(now) == std::vector<std::string>{"mine"});
  CHECK(anna.registry.missed_cancellations(now - 2h) == std::vector<std::string>{"mine", "long ago"});
}

TEST_CASE("only live workers of other names count against the limit of active workers") {
  KitchenDatabase database;
  const Registration limited{.max_active_workers = 2};
  REQUIRE(Worker(database, "anna").signs_on());
  REQUIRE(Worker(database, "luigi", limited).signs_on());
  CHECK_FALSE(Worker(database, "mario", limited).signs_on());
  CHECK(database.value("SELECT count(*) FROM workers") == "2");

  SECTION("one signed off") { database->execute("UPDATE workers SET status = 'offline' WHERE name = 'anna'"); }
  SECTION("one is stale") {
    database->execute("UPDATE workers SET last_seen = now() - interval '61 s' WHERE name = 'anna'");
  }
  SECTION("one holds the very name") {
    database->execute("UPDATE workers SET name = 'mario', status = 'offline' WHERE name = 'anna'");
  }
  CHECK(Worker(database, "mario", limited).signs_on());
}
