#include "kitchen/adapters/housekeeper.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "integration/kitchen/kitchen_database.hpp"
#include "support/patience.hpp"
#include "support/tcp_proxy.hpp"

using namespace pizza;
using namespace pizza::kitchen;

namespace {

/// A registered worker's housekeeper at work, and what it told.
struct House {
  explicit House(std::chrono::seconds heartbeat = 1s, std::chrono::milliseconds max_wait = 600s,
                 const std::string& planted = "SELECT")
      : keeper(through_proxy(), {"anna", core::random_uuid()}, {.heartbeat_interval = heartbeat}, max_wait, pulse,
               database.log()) {
    database->execute(planted);
    keeper.sign_on();
    keeper.start({.on_taken_over = [this] { ++taken_over; },
                  .on_cancelled =
                      [this](const std::string& number) {
                        const std::lock_guard lock(mutex);
                        cancelled.insert(number);
                      }});
  }

  persistence::ConnectionOptions through_proxy() {
    auto options = database.options();
    options.keywords.emplace_back("port", std::to_string(proxy.port()));
    return options;
  }
  /// An order that anna cooks.
  void cooking(const std::string& number) { store_order(*database, {.number = number, .status = "cooking"}); }
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
  /// It hears of an order that it would not have looked for.
  bool listens() {
    database->execute(
        "INSERT INTO orders (number, customer_name, type, total_amount, status, waiting_since)"
        " VALUES ('elsewhere', 'Anna', 'takeout', 1, 'cancelled', NULL) ON CONFLICT DO NOTHING");
    {
      const std::lock_guard lock(mutex);
      cancelled.erase("elsewhere");
    }
    return test::eventually(core::after(10s), [&] {
      database->execute("SELECT pg_notify('order_cancelled', 'elsewhere')");
      return heard("elsewhere", 50ms);
    });
  }
  bool beats_again(std::chrono::milliseconds limit = 10s) {
    const auto seen = database.value("SELECT last_seen FROM workers");
    return test::eventually(core::after(limit),
                            [&] { return database.value("SELECT last_seen > '" + seen + "' FROM workers") == "t"; });
  }

  KitchenDatabase database;
  test::TcpProxy proxy{database->server().port};
  std::atomic<int> taken_over{0};
  std::mutex mutex;
  std::set<std::string> cancelled;
  core::Pulse pulse;
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

TEST_CASE("a cancellation is believed if the order says so, whoever announces it") {
  House house(30s);
  house.cooking("A");
  house.cooking("B");
  REQUIRE(house.listens());
  house.database->execute("SELECT pg_notify('order_cancelled', 'A')");
  house.database->execute("SELECT pg_notify('order_cancelled', 'A'' OR true --')");
  house.cancel("B");
  REQUIRE(house.heard("B"));  // after the others
  CHECK_FALSE(house.heard("A", 0ms));
  CHECK(house.keeper.healthy());
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

TEST_CASE("as many orders as wait too long are promoted without waiting for the next tick") {
  House house(30s, 50s,
              "INSERT INTO orders (number, customer_name, type, total_amount, waiting_since) SELECT 'N' || i, 'Anna', "
              "'takeout', 1, now() - interval '60 s' FROM generate_series(1, 1700) AS i");
  CHECK(test::eventually(core::after(8s), [&] {  // four ticks are fifteen seconds
    return house.database.value("SELECT count(*) FROM orders WHERE promotions = 0") == "0";
  }));
}

TEST_CASE("promotions that take long never make the worker look dead") {
  House house(1s, 100ms,
              "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN new; "
              "END $$;"
              "CREATE TRIGGER slow BEFORE INSERT ON order_status_log FOR EACH ROW WHEN (new.status IS NULL) "
              "EXECUTE FUNCTION slow()");
  house.database.order("A");
  for (int beat = 0; beat < 4; ++beat) CHECK(house.beats_again(2s));
}

TEST_CASE("cancellations that cannot be looked up do not keep the worker from beating, and are looked up again") {
  House house;
  REQUIRE(house.listens());
  house.cooking("A");
  house.cancel("A", false);
  house.database->execute(
      "ALTER TABLE orders RENAME TO shut_orders;"
      "CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN true; END $$;"
      "CREATE VIEW orders AS SELECT * FROM shut_orders WHERE slow()");
  house.database->disconnect_everyone();
  for (int beat = 0; beat < 4; ++beat) {
    house.database->execute("SELECT pg_notify('order_cancelled', 'A')");
    CHECK(house.beats_again(2500ms));
  }
  house.database->execute("DROP VIEW orders; ALTER TABLE shut_orders RENAME TO orders");
  CHECK(house.heard("A"));
  CHECK(house.listens());
}

TEST_CASE("a session that ends in the rollback of a promotion is not the one that listens") {
  House house(30s, 20s);
  REQUIRE(house.listens());
  house.database->execute(
      "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cursed'; END $$;"
      "CREATE TRIGGER curse BEFORE INSERT ON order_status_log FOR EACH ROW "
      "WHEN (new.status IS NULL) EXECUTE FUNCTION curse()");
  house.database.order("A");
  house.proxy.cut_before_client_sends("ROLLBACK");
  house.database->execute("UPDATE orders SET waiting_since = now() - interval '30 s'");
  REQUIRE(test::eventually(core::after(10s), [&] { return house.proxy.cuts() == 1; }));
  house.database->execute("DROP TRIGGER curse ON order_status_log");
  CHECK(house.listens());
}

TEST_CASE("a housekeeper that has nothing to do for long stops at once") {
  House house(30s);
  REQUIRE(house.listens());
  // It comes round all the same.
  const auto beats = house.pulse.beats();
  CHECK(test::eventually(core::after(10s), [&] { return house.pulse.beats() >= beats + 3; }));
  const auto start = std::chrono::steady_clock::now();
  house.keeper.sign_off();
  CHECK(house.pulse.resting());
  CHECK(std::chrono::steady_clock::now() - start < test::patient(2s));
  CHECK(house.database.value("SELECT status FROM workers") == "offline");
}
