#include "kitchen/adapters/promoter.hpp"

#include <string>
#include <vector>

#include "integration/kitchen/kitchen_database.hpp"

using namespace pizza;
using namespace pizza::kitchen;

namespace {

struct Promotions {
  KitchenDatabase database;
  persistence::Session session{database.options(), database.log()};
  Promoter promoter{session, "anna", 600s, 1s};

  void wait(const std::string& number, int seconds, int priority, int promotions = 0) {
    store_order(*database, {.number = number,
                            .priority = priority,
                            .age = std::to_string(seconds) + " s",
                            .also = "promotions = " + std::to_string(promotions)});
  }
  std::string state(const std::string& number) {
    return database.value(
        "SELECT concat_ws(' ', priority, promotions, overdue, precedence) FROM orders "
        "WHERE number = '" +
        number + "'");
  }
  std::string notes() {
    return database.value(
        "SELECT coalesce(string_agg(concat_ws('/', o.number, l.changed_by, coalesce(l.status, '-'), "
        "l.notes), '; ' ORDER BY l.id), '') FROM order_status_log l JOIN orders o "
        "ON o.id = l.order_id WHERE l.status IS DISTINCT FROM 'received'");
  }
};

}  // namespace

TEST_CASE("each max_wait of waiting is one step up: below 5, to 5, to 10 and overdue, and no further") {
  Promotions kitchen;
  const auto& [number, waited, priority, promotions, then] =
      GENERATE(table<std::string, int, int, int, std::string>({{"just before", 599, 1, 0, "1 0 f 1"},
                                                               {"first", 601, 1, 0, "5 1 f 5"},
                                                               {"first, of four", 601, 4, 0, "5 1 f 5"},
                                                               {"not yet the second", 1199, 5, 1, "5 1 f 5"},
                                                               {"second", 1201, 5, 1, "10 2 t 11"},
                                                               {"a five", 601, 5, 0, "10 1 t 11"},
                                                               {"a nine", 601, 9, 0, "10 1 t 11"},
                                                               {"a ten", 601, 10, 0, "10 1 t 11"},
                                                               {"a new ten", 599, 10, 0, "10 0 f 10"}}));
  INFO(number);
  kitchen.wait(number, waited, priority, promotions);
  kitchen.promoter.promote();
  CHECK(kitchen.state(number) == then);
}

TEST_CASE("a promotion is a row of the order's log that says why, and is told to the caller") {
  Promotions kitchen;
  kitchen.wait("A", 1900, 1);
  kitchen.wait("B", 601, 10);
  std::vector<std::string> told;
  for (int tick = 0; tick < 4; ++tick) {
    for (const auto& promotion : kitchen.promoter.promote()) {
      told.push_back(promotion.order_number + ' ' + promotion.request_id + ' ' + promotion.step);
    }
  }
  CHECK(kitchen.notes() ==
        "A/anna/-/priority 1 -> 5: waited longer than 600 s; "
        "B/anna/-/priority 10 -> overdue: waited longer than 600 s; "
        "A/anna/-/priority 5 -> 10: waited longer than 1200 s");
  CHECK(told == std::vector<std::string>{"A request-A priority 1 -> 5: waited longer than 600 s",
                                         "B request-B priority 10 -> overdue: waited longer than 600 s",
                                         "A request-A priority 5 -> 10: waited longer than 1200 s"});
  CHECK(kitchen.database.outbox_count() == "0");
}

TEST_CASE("an order that is worked at, is done, or failed too often is not promoted; one that waits anywhere is") {
  Promotions kitchen;
  const auto promoted = [&](const std::string& state) {
    kitchen.wait("A", 5000, 1);
    kitchen.database->execute("UPDATE orders SET " + state);
    return !kitchen.promoter.promote().empty();
  };
  SECTION("at work") { CHECK_FALSE(promoted("waiting_since = NULL, status = 'cooking'")); }
  SECTION("failed") { CHECK_FALSE(promoted("attempts = 5")); }
  SECTION("almost failed") { CHECK(promoted("attempts = 4")); }
  SECTION("at packaging") { CHECK(promoted("station = 'packaging', status = 'cooking'")); }
  SECTION("at the courier's") { CHECK(promoted("station = 'courier', status = 'ready'")); }
}

TEST_CASE("an order that is being claimed is left alone, and nobody waits for it") {
  Promotions kitchen;
  kitchen.wait("A", 700, 1);
  kitchen.wait("B", 700, 1);
  kitchen.database->query_as_admin("BEGIN");
  kitchen.database->query_as_admin("SELECT FROM orders WHERE number = 'A' FOR NO KEY UPDATE");
  kitchen.promoter.promote();
  CHECK(kitchen.state("A") == "1 0 f 1");
  CHECK(kitchen.state("B") == "5 1 f 5");
  kitchen.database->query_as_admin("ROLLBACK");
  kitchen.promoter.promote();
  CHECK(kitchen.state("A") == "5 1 f 5");
}

TEST_CASE("of several workers one promotes at a time") {
  Promotions kitchen;
  kitchen.wait("A", 700, 1);
  kitchen.database->query_as_admin("BEGIN");
  kitchen.database->query_as_admin("SELECT pg_advisory_xact_lock(hashtext('wheres-my-pizza promotions'))");
  CHECK(kitchen.promoter.promote().empty());
  kitchen.database->query_as_admin("ROLLBACK");
  CHECK(kitchen.promoter.promote().size() == 1);
}

TEST_CASE("of many orders the five hundred that wait longest are promoted at once, and all within few ticks") {
  Promotions kitchen;
  kitchen.database->execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, waiting_since) SELECT 'N' || i, 'Anna', "
      "'takeout', 1, now() - (700 + i * 0.1) * interval '1 s' FROM generate_series(1, 1200) AS i");
  CHECK(kitchen.promoter.promote().size() == 500);
  CHECK(kitchen.promoter.more());
  CHECK(kitchen.state("N1200") == "5 1 f 5");
  CHECK(kitchen.state("N1") == "1 0 f 1");
  CHECK(kitchen.promoter.promote().size() == 500);
  CHECK(kitchen.promoter.promote().size() == 200);
  CHECK_FALSE(kitchen.promoter.more());
}

TEST_CASE("orders of every number of steps are found") {
  Promotions kitchen;
  kitchen.wait("A", 700, 1);
  kitchen.wait("B", 1900, 5, 2);  // the staff set it back
  kitchen.wait("C", 4300, 1, 6);
  kitchen.wait("D", 650, 1);
  std::vector<std::string> order;
  for (const auto& promotion : kitchen.promoter.promote()) order.push_back(promotion.order_number);
  CHECK(order == std::vector<std::string>{"A", "B", "C", "D"});
}

TEST_CASE("where promotions are slow fewer are made at once, until they fit") {
  Promotions kitchen;
  kitchen.database->execute(
      "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN new; END $$;"
      "CREATE TRIGGER slow BEFORE INSERT ON order_status_log FOR EACH ROW WHEN (new.status IS NULL) "
      "EXECUTE FUNCTION slow();"
      "INSERT INTO orders (number, customer_name, type, total_amount, waiting_since) SELECT 'N' || i, 'Anna', "
      "'takeout', 1, now() - (700 + i) * interval '1 s' FROM generate_series(1, 300) AS i");
  Promoter promoter(kitchen.session, "anna", 600s, 200ms);
  int refused = 0;
  bool promoted = false;
  while (!promoted && refused < 6) {
    try {
      promoted = !promoter.promote().empty();
    } catch (const persistence::SqlError&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
  CHECK(promoted);
  CHECK(promoter.more());
}

TEST_CASE("promotions are looked for every tenth of the longest wait, within bounds") {
  Promotions kitchen;
  const auto tick = [&](std::chrono::milliseconds max_wait) {
    return Promoter(kitchen.session, "anna", max_wait, 1s).tick();
  };
  CHECK(tick(600s) == 5s);
  CHECK(tick(20s) == 2s);
  CHECK(tick(500ms) == 100ms);
}
