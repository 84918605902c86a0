// What the reconciler asks the database, and writes.
#include "order/adapters/lost_orders.hpp"

#include <chrono>
#include <string>

#include <catch2/catch.hpp>

#include "core/ids.hpp"
#include "integration/order/order_database.hpp"
#include "order/adapters/reconciler_sql.hpp"
#include "support/stored_orders.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;
using order::KitchenLine;
using order::LostOrders;

namespace {

struct OrdersAndWorkers {
  OrderDatabase database;
  persistence::Session session{database.options(), database.log()};
  LostOrders lost{session, 20s};
  const KitchenLine takeout{"kitchen_takeout_queue", domain::Station::cook, {"takeout"}};
  const KitchenLine quality{"quality_queue", domain::Station::quality, {"dine_in", "takeout", "delivery"}};

  void waiting(const std::string& number, const std::string& since = "1 minute", const std::string& also = "") {
    store_order(*database, {.number = number, .priority = 5, .age = since, .also = also});
  }
  std::string worker(const std::string& name, const std::string& last_seen = "0 s",
                     const std::string& status = "online", int prefetch = 3) {
    auto id = core::random_uuid();
    database->execute("INSERT INTO workers (name, type, instance_id, status, last_seen, prefetch) VALUES ('" + name +
                      "', 'general', '" + id + "', '" + status + "', now() - interval '" + last_seen + "', " +
                      std::to_string(prefetch) + ")");
    return id;
  }
  /// `claimed_by` NULL: by a worker of before there was such a column.
  void cooking(const std::string& number, const std::string& worker_name, const std::string& claimed_by) {
    in_work(number, "cooking", "claimed_by = " + claimed_by, worker_name);
  }
  void unclaimed(const std::string& number, const std::string& status, const std::string& also = "attempts = 0") {
    in_work(number, status, "claim = NULL, claimed_by = NULL, claimed_message = NULL, " + also);
  }
  void in_work(const std::string& number, const std::string& status, const std::string& also,
               const std::string& cook = "anna") {
    store_order(*database, {.number = number, .status = status, .priority = 5, .cook = cook, .also = also});
  }
  std::string asked(const std::vector<outbox::Row>& rows) {
    std::string numbers;
    for (const auto& row : rows) numbers += (numbers.empty() ? "" : " ") + row.order_number;
    return numbers;
  }
};

std::string quoted(const std::string& text) { return "'" + text + "'"; }

}  // namespace

TEST_CASE("an order that waits is asked for again, as order-service asked first, unless it waits for a moment only") {
  OrdersAndWorkers f;
  f.waiting("A");
  f.waiting("B", "10 s");
  f.waiting("C", "1 h", "attempts = 5");
  store_order(*f.database, {.number = "D", .status = "cancelled"});
  CHECK(f.lost.look(f.takeout, 0).waiting == 2);
  const auto again = f.lost.ask_again(f.takeout, 10, true);
  REQUIRE(f.asked(again.waiting) == "A");
  CHECK(again.orphaned.empty());
  const auto& row = again.waiting[0];
  CHECK(row.exchange == "orders_topic");
  CHECK(row.routing_key == "kitchen.takeout.5");
  CHECK(row.message_type == "order");
  CHECK(row.priority == 5);
  CHECK(row.correlation_id == "request-A");
  CHECK(row.body.find("Margherita") != std::string::npos);
  CHECK(f.database->value("SELECT string_agg(id::text, ' ') FROM outbox") == std::to_string(row.id));
}

TEST_CASE("an order whose message is still in the outbox needs no other") {
  OrdersAndWorkers f;
  f.waiting("A");
  REQUIRE(f.lost.ask_again(f.takeout, 10, true).size() == 1);
  CHECK(f.lost.look(f.takeout, 0).waiting == 0);
  CHECK(f.lost.ask_again(f.takeout, 10, true).size() == 0);
  f.database->execute("UPDATE outbox SET message_type = 'status_update'");
  CHECK(f.lost.look(f.takeout, 0).waiting == 1);
}

TEST_CASE("the oldest are asked for, whatever their priority, and no more than are missing") {
  OrdersAndWorkers f;
  for (const char* number : {"A", "B", "C", "D"}) f.waiting(number);
  f.database->execute("UPDATE orders SET priority = 10 WHERE number IN ('B', 'D')");
  CHECK(f.asked(f.lost.ask_again(f.takeout, 3, true).waiting) == "A B C");
}

TEST_CASE("orders that somebody is about to take are left to him") {
  OrdersAndWorkers f;
  f.waiting("A");
  f.waiting("B");
  persistence::Connection other(f.database.options(), f.database.log());
  other.run("BEGIN; SELECT FROM orders WHERE number = 'A' FOR UPDATE");
  CHECK(f.asked(f.lost.ask_again(f.takeout, 10, true).waiting) == "B");
  other.run("ROLLBACK");
}

TEST_CASE("an order at another station is looked for there") {
  OrdersAndWorkers f;
  store_order(*f.database, {.number = "A", .status = "cooking", .station = "quality", .age = "1 h"});
  CHECK(f.lost.look(f.takeout, 0).waiting == 0);
  CHECK(f.lost.look(f.quality, 0).waiting == 1);
  const auto again = f.lost.ask_again(f.quality, 10, true);
  REQUIRE(f.asked(again.waiting) == "A");
  CHECK(again.waiting[0].exchange == "orders_direct");
  CHECK(again.waiting[0].routing_key == "station.quality");
}

TEST_CASE("hands are those of living workers who may take the order, and what they hold of any type") {
  OrdersAndWorkers f;
  const auto anna = f.worker("anna");
  f.worker("stale", "61 s");
  f.worker("gone", "0 s", "offline");
  f.worker("paula");
  f.database->execute("UPDATE workers SET station = 'quality' WHERE name = 'paula'");
  f.cooking("A", "anna", quoted(anna));
  f.cooking("B", "anna", quoted(anna));
  f.database->execute("UPDATE orders SET type = 'dine_in' WHERE number = 'B'");
  const auto state = f.lost.look(f.takeout, 0);
  CHECK(state.hands == 3);
  CHECK(state.held == 2);
  CHECK(state.orphans == 0);
  f.database->execute("UPDATE workers SET order_types = '{dine_in}' WHERE name = 'anna'");
  CHECK(f.lost.look(f.takeout, 0).hands == 0);
}

TEST_CASE("an order is an orphan when the process that claimed it is gone or late, and is taken out of its hands") {
  OrdersAndWorkers f;
  const auto anna = f.worker("anna");
  f.cooking("ours", "anna", quoted(anna));
  f.cooking("ours_of_old", "anna", "NULL");
  f.cooking("of_earlier_anna", "anna", "gen_random_uuid()");
  f.cooking("of_stale", "stale", quoted(f.worker("stale", "61 s")));
  f.cooking("of_offline", "offline", quoted(f.worker("offline", "30 s", "offline")));
  f.cooking("of_just_offline", "just", quoted(f.worker("just", "5 s", "offline")));
  f.cooking("of_nobody", "nobody", "NULL");
  f.cooking("overdue", "anna", quoted(anna));
  f.cooking("nearly_overdue", "anna", quoted(anna));
  f.database->execute(
      "UPDATE orders SET estimated_completion = now() - CASE number WHEN 'overdue' THEN interval '61 s' "
      "ELSE interval '50 s' END WHERE number LIKE '%overdue'");
  CHECK(f.lost.look(f.takeout, 0).orphans == 6);
  CHECK(f.lost.ask_again(f.takeout, 10, false).size() == 0);
  const auto again = f.lost.ask_again(f.takeout, 10, true);
  CHECK(f.asked(again.orphaned) == "of_earlier_anna of_stale of_offline of_nobody overdue");
  CHECK(again.waiting.empty());
  CHECK(f.database->value("SELECT string_agg(number, ' ' ORDER BY id) FROM orders WHERE claim IS NOT NULL") ==
        "ours ours_of_old of_just_offline nearly_overdue");
  CHECK(f.database->value("SELECT count(*) FROM orders WHERE status <> 'cooking'") == "0");
}

TEST_CASE("an order in work under nobody is asked for, but not what the staff took out themselves") {
  OrdersAndWorkers f;
  f.unclaimed("A", "cooking");
  f.unclaimed("B", "out_for_delivery", "station = 'courier'");
  f.unclaimed("C", "cooking", "attempts = 5");
  CHECK(f.lost.look(f.takeout, 0).unclaimed == 1);
  CHECK(f.asked(f.lost.ask_again(f.takeout, 10, false).orphaned) == "A");
  CHECK(f.lost.look(f.takeout, 0).unclaimed == 0);
}

TEST_CASE(
    "an urgent order of a worker that has been gone for a while is asked for, if somebody else is at work there") {
  OrdersAndWorkers f;
  f.cooking("of_gone", "gone", quoted(f.worker("gone", "81 s")));
  f.cooking("of_late", "late", quoted(f.worker("late", "79 s")));
  f.cooking("of_offline", "offline", quoted(f.worker("offline", "21 s", "offline")));
  f.cooking("of_just_offline", "just", quoted(f.worker("just", "19 s", "offline")));
  f.cooking("of_nobody", "nobody", "NULL");
  f.cooking("plain", "nobody", "NULL");
  f.cooking("failed", "nobody", "NULL");
  f.database->execute("UPDATE orders SET priority = 1 WHERE number = 'plain'");
  f.database->execute("UPDATE orders SET attempts = 5 WHERE number = 'failed'");
  CHECK(f.lost.ask_for_outranked().empty());
  const auto anna = f.worker("anna");
  f.cooking("ours", "anna", quoted(anna));
  f.database->execute("UPDATE workers SET order_types = '{dine_in}' WHERE name = 'anna'");
  CHECK(f.lost.ask_for_outranked().empty());
  f.database->execute("UPDATE workers SET order_types = '{takeout}', station = 'quality' WHERE name = 'anna'");
  CHECK(f.lost.ask_for_outranked().empty());
  f.database->execute("UPDATE workers SET station = 'cook' WHERE name = 'anna'");
  const auto asked = f.lost.ask_for_outranked();
  CHECK(f.asked(asked) == "of_gone of_offline of_nobody");
  for (const auto& row : asked) CHECK(row.routing_key == "kitchen.takeout.5");
  CHECK(f.database->value("SELECT string_agg(number, ' ' ORDER BY id) FROM orders WHERE claim IS NOT NULL") ==
        "of_late of_just_offline plain failed ours");
  CHECK(f.lost.ask_for_outranked().empty());
  CHECK(f.lost.look(f.takeout, 0).unclaimed == 0);
}

TEST_CASE("one leads, until its session ends") {
  OrdersAndWorkers f;
  CHECK(f.lost.lead());
  persistence::Session other_session(f.database.options(), f.database.log());
  LostOrders other(other_session, 20s);
  CHECK_FALSE(other.lead());
  f.database->disconnect_everyone();
  persistence::Session third_session(f.database.options(), f.database.log());
  CHECK(LostOrders(third_session, 20s).lead());
}
