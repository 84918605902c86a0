#include "kitchen/adapters/housekeeper.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "integration/kitchen/fixture.hpp"

using namespace pizza;
using namespace pizza::kitchen;

namespace {

/// A registered worker's housekeeper at work, and what it told.
struct House {
  explicit House(std::chrono::seconds heartbeat = 1s, std::chrono::milliseconds max_wait = 600s)
      : keeper(database.options(), {"anna", core::random_uuid()}, {.heartbeat_interval = heartbeat}, max_wait,
               database.log()) {
    keeper.sign_on();
    keeper.start({.on_taken_over = [this] { ++taken_over; },
                  .on_cancelled =
                      [this](const std::string& number) {
                        const std::lock_guard lock(mutex);
                        cancelled.insert(number);
                      }});
  }

  /// An order that anna cooks.
  void cooking(const std::string& number) {
    database.order(number);
    database->execute(
        "UPDATE orders SET status = 'cooking', waiting_since = NULL, processed_by = 'anna' WHERE number = '" + number +
        "'");
  }
  void cancel(const std::string& number, bool notify = true) {
    database->execute("BEGIN");
    database->execute("UPDATE orders SET status = 'cancelled', updated_at = now() WHERE number = '" + number + "'");
    if (notify) database->execute("SELECT pg_notify('order_cancelled', '" + number + "')");
    database->execute("COMMIT");
  }
  bool heard(const std::string& number, std::chrono::milliseconds limit = 10s) {
    return test::eventually(core::after(limit), [&] {
      const std::lock_guard lock(mutex);
      return cancelled.contains(number);
    });
  }
  /// It hears of an order that it could not have looked up.
  bool listens() {
    {
      const std::lock_guard lock(mutex);
      cancelled.erase("elsewhere");
    }
    return test::eventually(core::after(10s), [&] {
      database->execute("SELECT pg_notify('order_cancelled', 'elsewhere')");
      return heard("elsewhere", 50ms);
    });
  }
  bool beats_again() {
    const auto seen = database.value("SELECT last_seen FROM workers");
    return test::eventually(core::after(10s),
                            [&] { return database.value("SELECT last_seen > '" + seen + "' FROM workers") == "t"; });
  }

  KitchenDatabase database;
  std::atomic<int> taken_over{0};
  std::mutex mutex;
  std::set<std::string> cancelled;
  Housekeeper keeper;
};

}  // namespace

TEST_CASE("heartbeats keep a worker alive through a lost session, until its name is somebody else's") {
  House house;
  REQUIRE(house.beats_again());
  CHECK(house.keeper.healthy());
  house.database->disconnect_everyone();
  REQUIRE(house.beats_again());
  CHECK(house.taken_over == 0);
  CHECK(test::eventually(core::after(5s), [&] { return house.keeper.healthy(); }));

  house.database->execute("UPDATE workers SET instance_id = gen_random_uuid()");
  REQUIRE(test::eventually(core::after(10s), [&] { return house.taken_over == 1; }));
  // The loser leaves the heir's row alone, also at its end.
  const auto heirs = house.database.value("SELECT workers::text FROM workers");
  house.keeper.sign_off();
  CHECK(house.database.value("SELECT workers::text FROM workers") == heirs);
}

TEST_CASE("a cancellation is heard at once, long before the next heartbeat") {
  House house(30s);
  house.cooking("A");
  house.cooking("B");
  house.cancel("A");
  CHECK(house.heard("A", 3s));
  CHECK_FALSE(house.heard("B", 100ms));
  // Again after the session was lost.
  house.database->disconnect_everyone();
  CHECK(house.listens());
}

TEST_CASE("a cancellation that was missed while the session was away is found when it is back") {
  House house(30s);
  REQUIRE(house.listens());
  house.cooking("A");
  house.cancel("A", false);
  CHECK_FALSE(house.heard("A", 300ms));
  house.database->disconnect_everyone();
  CHECK(house.heard("A"));
}

TEST_CASE("orders that wait too long are promoted while the worker is alive") {
  House house(30s, 300ms);
  house.database.order("A");
  CHECK(test::eventually(core::after(10s), [&] { return house.database.value("SELECT overdue FROM orders") == "t"; }));
  CHECK(house.database.history("A") == "received note note");
}

TEST_CASE("orders that cannot be promoted do not end the heartbeats") {
  House house(1s, 100ms);
  house.database->execute(
      "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cursed'; END $$;"
      "CREATE TRIGGER curse BEFORE INSERT ON order_status_log FOR EACH ROW "
      "WHEN (new.status IS NULL) EXECUTE FUNCTION curse()");
  house.database.order("A");
  for (int beat = 0; beat < 3; ++beat) REQUIRE(house.beats_again());
  CHECK(house.keeper.healthy());
  CHECK(house.database.history("A") == "received");
  house.cooking("B");
  house.cancel("B");
  CHECK(house.heard("B", 3s));
}

TEST_CASE("a housekeeper that has nothing to do for long stops at once") {
  House house(30s);
  REQUIRE(house.listens());
  const auto start = std::chrono::steady_clock::now();
  house.keeper.sign_off();
  CHECK(std::chrono::steady_clock::now() - start < 2s);
  CHECK(house.database.value("SELECT status FROM workers") == "offline");
}
