// One fault of each kind, stored in a restaurant where all is well: the audit tells that one and nothing else.
#include "e2e/audit/clean_report.hpp"
#include "support/stored_orders.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// Three orders are ready, all that 1 January 2026 had, and no service runs. `store_order` makes the fourth of that
/// day.
struct QuietRestaurant {
  Restaurant restaurant;
  TestDatabase& database = restaurant.database();
  const std::string first = store_order(database, {.status = "ready"});
  const std::string second = store_order(database, {.type = "dine_in", .status = "ready"});
  const std::string third = store_order(database, {.type = "delivery", .status = "ready"});

  std::string store_waiting(const std::string& age = "1 minute", const std::string& also = "") {
    return store_order(database, {.age = age, .also = also});
  }
  std::string store_cooking(const std::string& also = "") {
    return store_order(database, {.status = "cooking", .cook = "bert", .age = "1 minute", .also = also});
  }
  void change(const std::string& number, const std::string& columns) {
    database.execute("UPDATE orders SET " + columns + " WHERE number = '" + number + "'");
  }

  /// The message that asks the kitchen for an order of takeout.
  void publish(const std::string& number) {
    restaurant.vhost().publish("orders_topic", "kitchen.takeout.1", R"({"order_number":")" + number + "\"}");
  }
  /// The same message, not published yet.
  void owe_message(const std::string& number) {
    database.execute(
        "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until) "
        "VALUES ('orders_topic', 'kitchen.takeout.1', 'order', '" +
        number + "', '{}', now())");
  }
  /// An announcement that is not published yet; `about`: the order that its body names.
  void owe_announcement(const std::string& number, const std::string& from, const std::string& to,
                        const std::string& age = "0 s", const std::string& about = "") {
    const auto since = "now() - interval '" + age + "'";
    database.execute(
        "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until, created_at) "
        "VALUES ('notifications_fanout', '', 'status_update', '" +
        number + R"(', '{"order_number":")" + (about.empty() ? number : about) + R"(","old_status":")" + from +
        R"(","new_status":")" + to +
        R"(","changed_by":"anna","timestamp":"2024-12-16T10:32:00Z","estimated_completion":null}', )" + since + ", " +
        since + ")");
  }

  bool all_is_well(std::size_t orders) { return is_clean(audit(restaurant), orders); }
  /// What an audit tells that finds something.
  std::string findings() {
    const auto report = audit(restaurant);
    UNSCOPED_INFO(report.text());
    CHECK(report.exit_code == 1);
    CHECK(report.err.empty());
    CHECK(report.summary().starts_with("audit: "));
    return report.findings();
  }
};

/// What no service writes, so SQL: the orders' ids are 1, 2 and 3.
struct Fault {
  std::string what;
  std::string sql;
  std::string findings;
};

const std::vector<Fault> kFaults{
    {"a transition that is logged twice",
     "DROP INDEX order_status_log_once; INSERT INTO order_status_log (order_id, status) VALUES (1, 'ready')",
     "doubled ORD_20260101_001"},
    {"a status without its log row", "DELETE FROM order_status_log WHERE order_id = 2 AND status = 'cooking'",
     "missing_log ORD_20260101_002"},
    {"log rows of transitions that were never committed",
     "INSERT INTO order_status_log (order_id, status) VALUES (3, 'completed'), (NULL, 'ready')",
     "made_up -, made_up ORD_20260101_003"},
    {"a log in another order than the transitions",
     "UPDATE order_status_log SET id = id + 1000 WHERE order_id = 1 AND status = 'cooking'",
     "out_of_order ORD_20260101_001"},
    {"a log that goes back in time",
     "UPDATE order_status_log SET changed_at = changed_at - interval '1 hour' WHERE order_id = 2 AND status = 'ready'",
     "out_of_order ORD_20260101_002"},
    {"a total that is not the sum of the items", "UPDATE orders SET total_amount = total_amount + 0.01 WHERE id = 1",
     "wrong_total ORD_20260101_001"},
    {"an order without items", "DELETE FROM order_items WHERE order_id = 2", "wrong_total ORD_20260101_002"},
    {"more of an item than may be ordered",
     "UPDATE order_items SET quantity = 11 WHERE order_id = 3;"
     "UPDATE orders SET total_amount = total_amount * 11 WHERE id = 3",
     "wrong_total ORD_20260101_003"},
    {"a number that no order has", "UPDATE order_counters SET last = 4", "number_gap ORD_20260101_004"},
    {"a counter that will give a number again", "UPDATE order_counters SET last = 2", "number_gap -"},
    {"a number that two orders have",
     "ALTER TABLE orders DROP CONSTRAINT orders_number_once;"
     "UPDATE orders SET number = 'ORD_20260101_001' WHERE id = 2",
     "number_gap ORD_20260101_002, number_doubled ORD_20260101_001"},
    {"a number that is none", "UPDATE orders SET number = 'ORD_1' WHERE id = 3",
     "number_gap ORD_20260101_003, bad_number ORD_1"},
    {"an answer kept under a key whose order is not there",
     "INSERT INTO idempotency_keys (key, body_hash, order_number, estimated_completion) "
     "VALUES ('a', '', 'ORD_20260101_001', now()), ('b', '', 'ORD_20240101_001', now())",
     "lost ORD_20240101_001"},
};

}  // namespace

TEST_CASE("nothing is told of orders that were placed and cooked") {
  Restaurant restaurant;
  restaurant.start_order_service();
  restaurant.start_kitchen("anna", {{"--cooking-time=0"}});
  for (const auto& body : {takeout_order(), dine_in_order(), delivery_order()}) {
    REQUIRE(restaurant.wait_status(restaurant.place(body), "ready"));
  }
  CHECK(is_clean(audit(restaurant), 3));
}

TEST_CASE_METHOD(QuietRestaurant, "nothing is told where all is well") { CHECK(all_is_well(3)); }

TEST_CASE("of rows that contradict each other those orders are told, and no others") {
  for (const auto& fault : kFaults) {
    DYNAMIC_SECTION(fault.what) {
      QuietRestaurant quiet;
      quiet.database.execute(fault.sql);
      CHECK(quiet.findings() == fault.findings);
    }
  }
}

TEST_CASE_METHOD(QuietRestaurant, "a log that goes back by two seconds comes from the clocks of two machines") {
  database.execute(
      "UPDATE order_status_log SET changed_at = changed_at - interval '2 seconds' "
      "WHERE order_id = 3 AND status = 'cooking'");
  CHECK(all_is_well(3));
}

TEST_CASE_METHOD(QuietRestaurant, "an announcement of a transition that was never committed is told") {
  owe_announcement(first, "cooking", "ready");
  CHECK(all_is_well(3));

  owe_announcement("ORD_20240101_001", "received", "cooking");  // there is no such order
  owe_announcement(second, "ready", "completed");               // it is ready only
  owe_announcement(third, "cooking", "ready", "0 s", first);    // the body is of another order
  CHECK(findings() == "made_up ORD_20240101_001, made_up " + second + ", made_up " + third);
}

TEST_CASE_METHOD(QuietRestaurant, "an announcement that is not published for two minutes is told") {
  owe_announcement(first, "cooking", "ready", "1 minute");
  CHECK(all_is_well(3));

  owe_announcement(second, "cooking", "ready", "3 minutes");
  CHECK(findings() == "outbox_stuck " + second);
}

TEST_CASE_METHOD(QuietRestaurant, "an order that waits is lost without a message, and the audit takes none away") {
  const auto order = store_waiting();
  publish(order);
  CHECK(all_is_well(4));
  CHECK(restaurant.vhost().count("kitchen_takeout_queue") == 1);

  CHECK_FALSE(restaurant.vhost().take("kitchen_takeout_queue").value().redelivered);  // the audit had not taken it
  CHECK(findings() == "lost " + order);
}

TEST_CASE_METHOD(QuietRestaurant, "of two orders that wait with one message one is lost, but not known which") {
  publish(store_waiting());
  store_waiting();
  CHECK(findings() == "lost -");
}

TEST_CASE_METHOD(QuietRestaurant, "an order that waits is not lost while its message is not published yet") {
  owe_message(store_waiting());
  CHECK(all_is_well(4));
}

TEST_CASE_METHOD(QuietRestaurant, "an order that was placed a moment ago is not lost") {
  store_waiting("0 s");
  CHECK(all_is_well(4));
}

TEST_CASE_METHOD(QuietRestaurant, "an order in work by an unknown worker is lost, unless its message is there") {
  const auto order = store_cooking();
  publish(order);
  CHECK(all_is_well(4));

  restaurant.vhost().purge("kitchen_takeout_queue");
  CHECK(findings() == "lost " + order);
}

TEST_CASE_METHOD(QuietRestaurant, "an order in work is not lost while the process that claimed it lives") {
  const auto order = store_cooking("claimed_by = NULL");
  database.execute("INSERT INTO workers (name, type, instance_id) VALUES ('bert', 'general', gen_random_uuid())");
  CHECK(all_is_well(4));

  change(order, "claimed_by = gen_random_uuid()");  // an earlier process of this worker
  CHECK(findings() == "lost " + order);

  change(order, "claimed_by = (SELECT instance_id FROM workers WHERE name = 'bert')");
  CHECK(all_is_well(4));
}

TEST_CASE_METHOD(QuietRestaurant, "an order in work without a claim is lost, unless its message is there") {
  const auto order = store_cooking("claim = NULL");
  publish(order);
  CHECK(all_is_well(4));

  restaurant.vhost().purge("kitchen_takeout_queue");
  CHECK(findings() == "lost " + order);
}

TEST_CASE_METHOD(QuietRestaurant,
                 "an order in work without a claim or a stage to go on with is lost despite a message") {
  const auto order = store_cooking("claim = NULL");
  database.execute("UPDATE order_stages SET finished_at = now() WHERE order_id = 4");
  publish(order);
  CHECK(findings() == "lost " + order);
}

TEST_CASE_METHOD(QuietRestaurant, "an order that is received and does not wait is lost despite a message") {
  const auto order = store_waiting("1 minute", "waiting_since = NULL");
  publish(order);
  CHECK(findings() == "lost " + order);
}

TEST_CASE_METHOD(QuietRestaurant, "an order that waits or is in work much too long is stuck, and not lost") {
  const auto waits = store_waiting("39 minutes");
  publish(waits);
  const auto in_work = store_cooking();
  database.execute("INSERT INTO workers (name, type) VALUES ('bert', 'general')");
  CHECK(all_is_well(5));

  change(waits, "waiting_since = now() - interval '41 minutes'");
  change(in_work, "estimated_completion = now() - interval '2 minutes'");
  const auto told = findings();
  CHECK(told.find("stuck " + waits) != std::string::npos);
  CHECK(told.find("stuck " + in_work) != std::string::npos);
  CHECK(told.find("lost") == std::string::npos);
}

TEST_CASE_METHOD(QuietRestaurant, "an order that failed five times is a dead letter") {
  const auto order = store_waiting("1 minute", "attempts = 5");
  CHECK(findings() == "dead_letter " + order);
}

TEST_CASE_METHOD(QuietRestaurant, "a queue that is not there is told") {
  restaurant.vhost().remove_queue("kitchen_dine_in_queue");
  CHECK(findings() == "queue_missing -");
}

TEST_CASE_METHOD(QuietRestaurant, "twenty of a kind are named, and all are counted") {
  for (int i = 0; i < 45; ++i) store_order(database, {.status = "cancelled"});
  database.execute("DELETE FROM order_status_log WHERE status = 'cancelled'");

  const auto report = audit(restaurant);
  INFO(report.text());
  CHECK(report.exit_code == 1);
  REQUIRE(report.lines.size() == 22);
  CHECK(report.lines[0] == "missing_log ORD_20260101_004 no log row 'cancelled'");
  CHECK(report.lines[20] == "missing_log - and 25 more");
  CHECK(report.summary() == "audit: 48 orders, 45 findings");
}
