#include <atomic>

#include "integration/kitchen/fixture.hpp"

using namespace pizza;
using namespace pizza::kitchen;

namespace {

struct Worker {
  Worker(KitchenDatabase& database, const std::string& name, Registration registration = {})
      : registry(database.options(), {name, core::random_uuid()}, std::move(registration), database.log()) {}

  bool signs_on() {
    try {
      registry.sign_on();
      return true;
    } catch (const RegistrationRefused&) {
      return false;
    }
  }

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

TEST_CASE("heartbeats keep a worker alive through a lost session, until its name is somebody else's") {
  KitchenDatabase database;
  Worker anna(database, "anna", {.heartbeat_interval = 1s});
  REQUIRE(anna.signs_on());
  std::atomic<int> taken_over{0};
  anna.registry.keep_alive([&] { ++taken_over; });
  const auto beats_again = [&] {
    const auto seen = database.value("SELECT last_seen FROM workers");
    return test::eventually(core::after(10s),
                            [&] { return database.value("SELECT last_seen > '" + seen + "' FROM workers") == "t"; });
  };
  REQUIRE(beats_again());
  CHECK(anna.registry.healthy());
  database->disconnect_everyone();
  REQUIRE(beats_again());
  CHECK(taken_over == 0);

  database->execute("UPDATE workers SET instance_id = gen_random_uuid()");
  REQUIRE(test::eventually(core::after(10s), [&] { return taken_over == 1; }));
  // The loser leaves the heir's row alone, also at its end.
  const auto heirs = database.value("SELECT workers::text FROM workers");
  anna.registry.sign_off();
  CHECK(database.value("SELECT workers::text FROM workers") == heirs);
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
