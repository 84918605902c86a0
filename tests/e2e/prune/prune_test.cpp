// What goes, what stays, and what the audit makes of it.
#include <set>

#include "e2e/prune/archive.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

std::string of(int n) { return " WHERE number = '" + Archive::number(kDay, n) + "'"; }

}  // namespace

TEST_CASE_METHOD(Archive, "orders that are done with go, with items, log and stages; the others stay as they are") {
  plant(kDay, 16);
  const std::vector<std::string> changes{
      "status = 'completed'", "status = 'cancelled', attempts = 5", "status = 'delivered', type = 'delivery'",
      "status = 'ready'", "updated_at = now() - interval '90 days 1 minute'",
      // From here on they stay.
      "updated_at = now() - interval '89 days 23 hours 59 minutes'", "status = 'received', waiting_since = updated_at",
      "status = 'received', waiting_since = updated_at, attempts = 5", "status = 'cooking', claim = gen_random_uuid()",
      "status = 'cooking'", "status = 'ready', type = 'delivery', station = 'courier', waiting_since = updated_at",
      "status = 'ready', attempts = 5", "status = 'completed', claim = gen_random_uuid()",
      "status = 'out_for_delivery', type = 'delivery', station = 'courier'", "customer_name = 'owed'",
      "number = 'ORD_20249931_016'"};
  for (int i = 0; i < 16; ++i) execute("UPDATE orders SET " + changes[static_cast<std::size_t>(i)] + of(i + 1));
  execute(
      "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until) VALUES "
      "('notifications_fanout', '', 'status_update', '" +
      number(kDay, 15) + "', '{}', now())");
  const auto* const rest = "SELECT string_agg(row::text, '|' ORDER BY number) FROM orders AS row WHERE id > 5";
  const auto before = value(rest);

  const auto finished = prune();
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 0);
  CHECK(told(finished.out) == 5);
  CHECK(value("SELECT string_agg(id::text, ',' ORDER BY id) FROM orders") == "6,7,8,9,10,11,12,13,14,15,16");
  CHECK(value(rest) == before);
  CHECK(orphans() == 0);
  CHECK(count("order_items") == 22);
  CHECK(count("order_status_log") == 44);
  CHECK(count("order_stages") == 11);
  CHECK(value("SELECT numbers FROM pruned_orders WHERE day = '" + kDay + "'") == "{[1,6)}");
  CHECK(told(prune().out) == 0);  // again is harmless
  execute("DELETE FROM outbox");
  CHECK(told(prune().out) == 1);
  CHECK(value("SELECT numbers FROM pruned_orders") == "{[1,6),[15,16)}");
}

TEST_CASE_METHOD(Archive, "after it the audit is clean, and tells what is missing all the same") {
  plant(kDay, 1500);
  plant("2024-02-01", 1200, "received,cancelled");
  plant("2024-02-01", 3, "received,cooking,ready", "10 days");
  plant("2024-02-02", 2, "received,cooking,ready", "10 days");
  execute("INSERT INTO idempotency_keys (key, body_hash, order_number, estimated_completion) VALUES ('a', '', '" +
          number(kDay, 7) + "', now())");
  const auto finished = prune();
  INFO(finished.out << finished.err);
  CHECK(told(finished.out) == 2700);  // three batches
  CHECK(value("SELECT string_agg(day || ' ' || numbers, ' ' ORDER BY day) FROM pruned_orders") ==
        "2024-01-31 {[1,1501)} 2024-02-01 {[1,1201)}");
  auto report = audit(restaurant);
  INFO(report.text());
  CHECK(report.is_clean());
  CHECK(report.summary() == "audit: 5 orders, 0 findings");

  const auto told_when = [&](const std::string& sql) {
    execute("BEGIN");
    execute(sql);
    execute("COMMIT");
    return audit(restaurant).findings();
  };
  // An order that is gone, of a day that was pruned in part; of one that was pruned whole; of one that was not.
  const auto lose = [&](const std::string& lost) {
    return "WITH gone AS (SELECT id FROM orders WHERE number = '" + lost +
           "'), i AS (DELETE FROM order_items USING gone "
           "WHERE order_id = gone.id), l AS (DELETE FROM order_status_log USING gone WHERE order_id = gone.id), s AS ("
           "DELETE FROM order_stages USING gone WHERE order_id = gone.id) DELETE FROM orders USING gone WHERE "
           "orders.id "
           "= gone.id";
  };
  CHECK(told_when(lose(number("2024-02-01", 1202))) == "number_gap " + number("2024-02-01", 1202));
  CHECK(told_when("UPDATE pruned_orders SET numbers = numbers - '{[800,801)}' WHERE day = '" + kDay + "'") ==
        "number_gap " + number(kDay, 800) + ", number_gap " + number("2024-02-01", 1202));
  execute("UPDATE pruned_orders SET numbers = numbers + '{[800,801)}' WHERE day = '" + kDay + "'");
  execute("UPDATE pruned_orders SET numbers = numbers + '{[1202,1203)}' WHERE day = '2024-02-01'");
  CHECK(audit(restaurant).is_clean());
  // A counter that is behind gives numbers again that pruned orders had.
  CHECK(told_when("UPDATE order_counters SET last = last - 1 WHERE day = '" + kDay + "'") == "number_gap -");
  execute("UPDATE order_counters SET last = last + 1 WHERE day = '" + kDay + "'");
  CHECK(told_when("UPDATE orders SET number = '" + number(kDay, 9) + "' WHERE number = '" + number("2024-02-02", 2) +
                  "'") == "number_gap " + number("2024-02-02", 2) + ", number_doubled " + number(kDay, 9));
  execute("UPDATE orders SET number = '" + number("2024-02-02", 2) + "' WHERE number = '" + number(kDay, 9) + "'");
  CHECK(told_when("INSERT INTO idempotency_keys (key, body_hash, order_number, estimated_completion) VALUES ('b', '', "
                  "'ORD_20240202_003', now())") == "lost ORD_20240202_003");
}

TEST_CASE_METHOD(Archive, "a pruned order is unknown to who asks, and to a message that comes late") {
  restaurant.start_order_service();
  auto& tracking = restaurant.start_tracking();
  const auto number = restaurant.place(takeout_order());
  REQUIRE(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_takeout_queue") == 1; }));
  const auto message = restaurant.vhost().take("kitchen_takeout_queue").value().body;
  restaurant.vhost().publish("orders_topic", "kitchen.takeout.1", message);
  restaurant.start_kitchen("anna", {{"--cooking-time=0"}});
  REQUIRE(restaurant.wait_status(number, "ready"));
  REQUIRE(eventually(core::after(20s), [&] { return count("outbox") == 0; }));
  execute("UPDATE orders SET created_at = created_at - interval '2 days', updated_at = updated_at - interval '2 days'");
  CHECK(tracking.get("/orders/" + number)->status == 200);

  CHECK(told(prune("1d").out) == 1);
  for (const auto* question : {"", "/status", "/history"}) {
    CHECK(tracking.get("/orders/" + number + question)->status == 404);
  }
  restaurant.vhost().publish("orders_topic", "kitchen.takeout.1", message);
  CHECK(eventually(core::after(20s), [&] { return restaurant.vhost().count("kitchen_dead_letter_queue") == 1; }));
  CHECK(restaurant.vhost().count("kitchen_takeout_queue") == 0);
  CHECK(count("orders") + count("order_status_log") + count("outbox") == 0);
  const auto next = restaurant.place(takeout_order());
  CHECK(next > number);
  CHECK(restaurant.wait_status(next, "ready"));
  CHECK(audit(restaurant).is_clean());
}

TEST_CASE_METHOD(Archive, "no table is read whole, and of what is young one page") {
  plant(kDay, 1500);
  plant("2024-02-01", 5000, "received,cooking,ready", "10 days");
  execute("ANALYZE");
  const std::string of_ours = " FROM pg_stat_user_tables WHERE relname LIKE 'order%' AND relname <> 'order_counters'";
  const auto settled = [&](const std::string& figure) {
    restaurant.database().query("SELECT pg_stat_force_next_flush()");
    return std::stol(value("SELECT coalesce(sum(" + figure + "), 0)" + of_ours));
  };
  const auto whole = settled("seq_scan");
  const auto rows = settled("idx_tup_fetch");
  CHECK(told(prune().out) == 1500);
  CHECK(settled("seq_scan") == whole);
  CHECK(settled("n_tup_del") == 1500 * (1 + 2 + 4 + 1));
  // Each page once for its end and once for what is old, what is deleted once more, the keys that point at it not at
  // all.
  CHECK(settled("idx_tup_fetch") - rows <= 3 * 2 * 1000 + 1500 * 8 + 1000);
}

TEST_CASE_METHOD(Archive, "who asks for too much, or without a database, is told on standard error") {
  const auto nowhere = restaurant.run("order-service", arguments("90d"),
                                      {{},
                                       {{"DB_URL", "postgres://a:s3cret@127.0.0.1:1/c"},
                                        {"PIZZA_STARTUP_TIMEOUT", "0.5"},
                                        {"PIZZA_LOGGING_FILE", "/nowhere/order-service.log"}}});
  CHECK(nowhere.exit_code == 1);
  CHECK(nowhere.out.empty());
  CHECK(nowhere.err.find("db_connection_failed") != std::string::npos);
  CHECK(nowhere.err.find("s3cret") == std::string::npos);
  execute(
      "INSERT INTO schema_migrations SELECT (jsonb_populate_record(m, '{\"version\": 9999}')).* "
      "FROM schema_migrations m ORDER BY version LIMIT 1");
  const auto newer = prune();
  CHECK(newer.exit_code == 1);
  CHECK(newer.out.empty());
  CHECK(newer.err.find("9999") != std::string::npos);
}
