// One fault of each kind, planted in a restaurant where all is well: exactly that one is told.
#include <optional>

#include "e2e/audit/kit.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

/// Three orders that are ready, and nobody at work any more.
struct Night {
  Restaurant restaurant;
  std::vector<std::string> orders;

  Night() {
    auto& service = restaurant.start_order_service();
    auto& cook = restaurant.start_kitchen("anna", {{"--cooking-time=0"}});
    orders = {restaurant.place(takeout_order()), restaurant.place(dine_in_order()), restaurant.place(delivery_order())};
    for (const auto& order : orders) REQUIRE(restaurant.wait_status(order, "ready"));
    REQUIRE(eventually(core::after(20s), [&] { return value("SELECT count(*) FROM outbox") == "0"; }));
    restaurant.remove(cook);
    restaurant.remove(service);
    REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().consumers("kitchen_takeout_queue") == 0; }));
  }

  std::string value(const std::string& sql) { return restaurant.database().value(sql); }
  void execute(const std::string& sql) { restaurant.database().execute(sql); }
  /// Of the log, where only the order's own rows are meant.
  static std::string of(const std::string& number) {
    return "order_id = (SELECT id FROM orders WHERE number = '" + number + "')";
  }
  static std::string named(const std::string& number) { return "number = '" + number + "'"; }
  /// Back to a waiting order, as before the cook came; its message is not in the queue.
  void wait_again(const std::string& number, const std::string& since = "now() - interval '1 minute'") {
    execute("DELETE FROM order_status_log WHERE status <> 'received' AND " + of(number));
    execute("DELETE FROM order_stages WHERE " + of(number));
    execute("UPDATE orders SET status = 'received', station = 'cook', waiting_since = " + since +
            ", completed_at = NULL WHERE " + named(number));
  }
  /// In work since then, and whoever holds it is called `worker`.
  void work_again(const std::string& number, const std::string& worker) {
    wait_again(number);
    execute(
        "UPDATE orders SET status = 'cooking', waiting_since = NULL, claim = gen_random_uuid(), claimed_by = NULL, "
        "processed_by = '" +
        worker + "', updated_at = now() - interval '1 minute', estimated_completion = now() + interval '1 minute'" +
        " WHERE " + named(number));
    execute("INSERT INTO order_status_log (order_id, status, changed_by) SELECT id, 'cooking', '" + worker +
            "' FROM orders WHERE " + named(number));
    execute("INSERT INTO order_stages (order_id, station, worker_name) SELECT id, 'cook', '" + worker +
            "' FROM orders WHERE " + named(number));
  }
  /// A message that asks for it.
  void ask_for(const std::string& number) {
    restaurant.vhost().publish("orders_topic", "kitchen.takeout.1", R"({"order_number":")" + number + "\"}");
  }
  /// A row of the outbox.
  void owe(const std::string& number, const std::string& from, const std::string& to, const std::string& age = "0 s") {
    execute(
        "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until, created_at) VALUES "
        "('notifications_fanout', '', 'status_update', '" +
        number + R"(', '{"order_number":")" + number + R"(","old_status":")" + from + R"(","new_status":")" + to +
        R"(","changed_by":"anna","timestamp":"2024-12-16T10:32:00Z","estimated_completion":null}', now() - interval ')" +
        age + "', now() - interval '" + age + "')");
  }

  /// What the audit tells.
  std::string told() {
    const auto report = audit(restaurant);
    INFO(report.text());
    CHECK(report.exit_code == 1);
    CHECK(report.err.empty());
    CHECK(report.summary().starts_with("audit: "));
    UNSCOPED_INFO(report.text());
    return report.findings();
  }
};

}  // namespace

TEST_CASE_METHOD(Night, "nothing is told where all is well") { CHECK(is_clean(audit(restaurant), 3)); }

TEST_CASE_METHOD(Night, "a transition logged twice is told, and no other order") {
  execute("DROP INDEX order_status_log_once");
  execute(
      "INSERT INTO order_status_log (order_id, status) SELECT order_id, status FROM order_status_log WHERE "
      "status = 'ready' AND " +
      of(orders[0]));
  CHECK(told() == "doubled " + orders[0]);
}

TEST_CASE_METHOD(Night, "a status without its log row is told") {
  execute("DELETE FROM order_status_log WHERE status = 'cooking' AND " + of(orders[1]));
  CHECK(told() == "missing_log " + orders[1]);
}

TEST_CASE_METHOD(Night, "a log row of a transition that was never committed is told") {
  execute("INSERT INTO order_status_log (order_id, status) SELECT id, 'completed' FROM orders WHERE " +
          named(orders[2]));
  execute("INSERT INTO order_status_log (order_id, status) VALUES (NULL, 'ready')");
  CHECK(told() == "made_up -, made_up " + orders[2]);
}

TEST_CASE_METHOD(Night, "an announcement of a transition that was never committed is told") {
  owe(orders[0], "cooking", "ready");
  CHECK(is_clean(audit(restaurant), 3));
  owe(orders[1], "ready", "completed");
  owe("ORD_20240101_001", "received", "cooking");
  owe(orders[2], "cooking", "ready");  // and its body tells of another
  execute("UPDATE outbox SET body = replace(body, '" + orders[2] + "', '" + orders[0] + "') WHERE order_number = '" +
          orders[2] + "'");
  CHECK(told() == "made_up ORD_20240101_001, made_up " + orders[1] + ", made_up " + orders[2]);
}

TEST_CASE_METHOD(Night, "a log out of order, or back in time, is told") {
  execute("UPDATE order_status_log SET id = id + 1000 WHERE status = 'cooking' AND " + of(orders[0]));
  execute("UPDATE order_status_log SET changed_at = changed_at - interval '1 hour' WHERE status = 'ready' AND " +
          of(orders[1]));
  execute("UPDATE order_status_log SET changed_at = changed_at - interval '2 seconds' WHERE status = 'cooking' AND " +
          of(orders[2]));  // the clocks of two machines
  CHECK(told() == "out_of_order " + orders[0] + ", out_of_order " + orders[1]);
}

TEST_CASE_METHOD(Night, "a total that is not the sum, and items that nobody may order, are told") {
  execute("UPDATE orders SET total_amount = total_amount + 0.01 WHERE " + named(orders[0]));
  execute("DELETE FROM order_items WHERE " + of(orders[1]));
  execute("UPDATE order_items SET quantity = 11 WHERE " + of(orders[2]));
  execute("UPDATE orders SET total_amount = total_amount * 11 WHERE " + named(orders[2]));
  const auto report = audit(restaurant);
  INFO(report.text());
  CHECK(report.lines.size() == 4);
  for (const auto& order : orders) CHECK(report.findings().find("wrong_total " + order) != std::string::npos);
}

TEST_CASE_METHOD(Night, "a number that is missing is told") {
  execute("UPDATE order_counters SET last = last + 1");
  const auto day = orders[0].substr(0, orders[0].rfind('_'));
  CHECK(told() == "number_gap " + day + "_004");
}

TEST_CASE_METHOD(Night, "a counter that is behind is told: it will give a number again") {
  execute("UPDATE order_counters SET last = last - 1");
  CHECK(told() == "number_gap -");
}

TEST_CASE_METHOD(Night, "a number given twice leaves a gap, and both are told") {
  execute("ALTER TABLE orders DROP CONSTRAINT orders_number_once");
  execute("UPDATE orders SET number = '" + orders[0] + "' WHERE " + named(orders[1]));
  CHECK(told() == "number_gap " + orders[1] + ", number_doubled " + orders[0]);
}

TEST_CASE_METHOD(Night, "a number that is none is told") {
  execute("UPDATE orders SET number = 'ORD_1' WHERE " + named(orders[2]));
  CHECK(told() == "number_gap " + orders[2] + ", bad_number ORD_1");
}

TEST_CASE_METHOD(Night, "an answer that was kept under a key, and whose order is not there, is told") {
  execute("INSERT INTO idempotency_keys (key, body_hash, order_number, estimated_completion) VALUES ('a', '', '" +
          orders[0] + "', now()), ('b', '', 'ORD_20240101_001', now())");
  CHECK(told() == "lost ORD_20240101_001");
}

TEST_CASE_METHOD(Night, "of orders that wait, those without a message are lost") {
  wait_again(orders[0]);
  ask_for(orders[0]);
  CHECK(is_clean(audit(restaurant), 3));
  CHECK(restaurant.vhost().count("kitchen_takeout_queue") == 1);
  CHECK_FALSE(restaurant.vhost().take("kitchen_takeout_queue").value().redelivered);  // nobody had it in hands
  CHECK(told() == "lost " + orders[0]);
}

TEST_CASE_METHOD(Night, "of more orders than messages some are lost, and nobody can say which") {
  for (int i = 0; i < 2; ++i) execute("UPDATE orders SET type = 'takeout' WHERE " + named(orders[i]));
  wait_again(orders[0]);
  wait_again(orders[1]);
  ask_for(orders[0]);
  CHECK(told() == "lost -");
}

TEST_CASE_METHOD(Night, "an order in the outbox is not lost, and one that came a moment ago neither") {
  wait_again(orders[0]);
  execute(
      "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until) VALUES "
      "('orders_topic', 'kitchen.takeout.1', 'order', '" +
      orders[0] + "', '{}', now())");
  wait_again(orders[1], "now()");
  CHECK(is_clean(audit(restaurant), 3));
}

TEST_CASE_METHOD(Night, "an order in work is lost with its worker, unless its message is there") {
  work_again(orders[0], "bert");  // whom nobody knows
  ask_for(orders[0]);
  CHECK(is_clean(audit(restaurant), 3));
  restaurant.vhost().purge("kitchen_takeout_queue");
  CHECK(told() == "lost " + orders[0]);
  execute("INSERT INTO workers (name, type, instance_id) VALUES ('bert', 'general', gen_random_uuid())");
  CHECK(is_clean(audit(restaurant), 3));
  execute("UPDATE orders SET claimed_by = gen_random_uuid() WHERE " + named(orders[0]));  // bert before he died
  CHECK(told() == "lost " + orders[0]);
  execute("UPDATE orders SET claimed_by = (SELECT instance_id FROM workers WHERE name = 'bert')");
  CHECK(is_clean(audit(restaurant), 3));
}

TEST_CASE_METHOD(Night, "an order in work that nobody has is lost, unless its message is there") {
  work_again(orders[0], "bert");
  execute("UPDATE orders SET claim = NULL WHERE " + named(orders[0]));
  ask_for(orders[0]);
  CHECK(is_clean(audit(restaurant), 3));
  restaurant.vhost().purge("kitchen_takeout_queue");
  CHECK(told() == "lost " + orders[0]);
  ask_for(orders[0]);
  execute("UPDATE order_stages SET finished_at = now() WHERE " + of(orders[0]));  // not begun: a message is dropped
  CHECK(told() == "lost " + orders[0]);
}

TEST_CASE_METHOD(Night, "an order in a state that no message brings on is lost") {
  wait_again(orders[0]);
  ask_for(orders[0]);
  execute("UPDATE orders SET waiting_since = NULL WHERE " + named(orders[0]));
  CHECK(told() == "lost " + orders[0]);
}

TEST_CASE_METHOD(Night, "an order that waits, or is worked at, much too long is stuck") {
  wait_again(orders[0], "now() - interval '39 minutes'");
  ask_for(orders[0]);
  execute("INSERT INTO workers (name, type) VALUES ('bert', 'general')");
  work_again(orders[1], "bert");
  CHECK(is_clean(audit(restaurant), 3));
  execute("UPDATE orders SET waiting_since = now() - interval '41 minutes' WHERE " + named(orders[0]));
  execute("UPDATE orders SET estimated_completion = now() - interval '2 minutes' WHERE " + named(orders[1]));
  const auto findings = told();
  CHECK(findings.find("stuck " + orders[0]) != std::string::npos);
  CHECK(findings.find("stuck " + orders[1]) != std::string::npos);
  CHECK(findings.find("lost") == std::string::npos);
}

TEST_CASE_METHOD(Night, "an order that failed five times is told") {
  wait_again(orders[0]);
  execute("UPDATE orders SET attempts = 5 WHERE " + named(orders[0]));
  CHECK(told() == "dead_letter " + orders[0]);
}

TEST_CASE_METHOD(Night, "a message that nobody publishes is told") {
  owe(orders[0], "cooking", "ready", "1 minute");
  CHECK(is_clean(audit(restaurant), 3));
  owe(orders[1], "cooking", "ready", "3 minutes");
  CHECK(told() == "outbox_stuck " + orders[1]);
}

TEST_CASE_METHOD(Night, "a queue that is not there is told") {
  restaurant.vhost().remove_queue("kitchen_dine_in_queue");
  CHECK(told() == "queue_missing -");
}

TEST_CASE_METHOD(Night, "twenty of a kind are named, and all are counted") {
  execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, status, waiting_since) SELECT "
      "'ORD_20240101_' || lpad(n::text, 3, '0'), 'Anna', 'takeout', 1, 'cancelled', NULL FROM "
      "generate_series(1, 45) AS n");
  execute("INSERT INTO order_counters VALUES ('2024-01-01', 45)");
  execute(
      "INSERT INTO order_items (order_id, name, quantity, price) SELECT id, 'Tea', 1, 1 FROM orders WHERE number "
      "LIKE 'ORD\\_20240101%'");
  execute(
      "INSERT INTO order_status_log (order_id, status) SELECT id, 'received' FROM orders WHERE number LIKE "
      "'ORD\\_20240101%'");
  const auto report = audit(restaurant);
  INFO(report.text());
  CHECK(report.exit_code == 1);
  REQUIRE(report.lines.size() == 22);
  CHECK(report.lines[0] == "missing_log ORD_20240101_001 no log row 'cancelled'");
  CHECK(report.lines[20] == "missing_log - and 25 more");
  CHECK(report.summary() == "audit: 48 orders, 45 findings");
}
