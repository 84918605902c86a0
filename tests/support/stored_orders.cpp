#include "support/stored_orders.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pizza::test {
namespace {

constexpr std::int64_t kMany = 100'000;

/// Orders are told apart by their place `g` among all: $DAYS days of them, $COUNT together. Shares are of 100.
constexpr std::string_view kOrders = R"(
    INSERT INTO orders (created_at, updated_at, number, customer_name, type, table_number, delivery_address,
                        total_amount, priority, assigned_priority, status, processed_by, cooking_started_at,
                        estimated_completion, completed_at, request_id, intake_id, claimed_by, waiting_since)
    SELECT at, least(now(), CASE status WHEN 'cancelled' THEN at + interval '1 minute' WHEN 'ready' THEN done
                                        ELSE done + interval '20 minutes' END),
           'ORD_' || to_char(day, 'YYYYMMDD') || '_' || lpad(n::text, greatest(3, length(n::text)), '0'),
           'Customer ' || g * 7919 % greatest($COUNT / 10, 1), type,
           CASE type WHEN 'dine_in' THEN 1 + g % 40 END,
           CASE type WHEN 'delivery' THEN '12 Main Street, flat ' || g % 200 END,
           12.5 + g % 40 * 0.5 + 2.5 * ($ITEMS - 1), priority, priority, status,
           CASE WHEN status <> 'cancelled' THEN cook END, CASE WHEN status <> 'cancelled' THEN started END,
           CASE WHEN status <> 'cancelled' THEN started + interval '10 s' END,
           CASE WHEN status <> 'cancelled' THEN done END, md5(g::text), gen_random_uuid(),
           CASE WHEN status <> 'cancelled' THEN md5(cook)::uuid END, NULL
    FROM (SELECT *, CASE WHEN share >= 96 THEN 'cancelled'
                         WHEN type = 'delivery' THEN CASE WHEN share < 80 THEN 'delivered' ELSE 'completed' END
                         WHEN share < 40 THEN 'ready' ELSE 'completed' END AS status,
                 least(now(), at + (5 + g % 60) * interval '1 s') AS started,
                 least(now(), at + (15 + g % 60) * interval '1 s') AS done
          FROM (SELECT day, before + n AS n, first + n AS g, midnight + n * step AS at,
                       (ARRAY['dine_in', 'dine_in', 'takeout', 'takeout', 'delivery'])[1 + (first + n) % 5] AS type,
                       (first + n) / 5 * 37 % 100 AS share,
                       (ARRAY[10, 5, 5, 5, 1, 1, 1, 1, 1, 1])[1 + (first + n) / 5 % 10] AS priority,
                       'cook_' || (first + n) % 300 AS cook
                FROM $DAYS, generate_series(1, orders) AS n) AS made) AS placed)";

/// The days, how many orders each gets, those before it, and the last number that it has given already.
constexpr std::string_view kDays = R"(
    (SELECT day, day::timestamptz AS midnight, orders, first, coalesce(last, 0) AS before,
            least(interval '1 day', now() - day::timestamptz) / (orders + 1) AS step
     FROM (SELECT current_date - $LAST + d AS day, $COUNT * d / ($LAST + 1) AS first,
                  $COUNT * (d + 1) / ($LAST + 1) - $COUNT * d / ($LAST + 1) AS orders
           FROM generate_series(0, $LAST) AS d) AS shared
          LEFT JOIN order_counters USING (day) ORDER BY day) AS days)";

constexpr std::string_view kItems = R"(
    INSERT INTO order_items (created_at, order_id, name, quantity, price)
    SELECT created_at, orders.id, CASE n WHEN 1 THEN 'Margherita' ELSE 'Water ' || n END, 1,
           CASE n WHEN 1 THEN total_amount - 2.5 * ($ITEMS - 1) ELSE 2.5 END
    FROM orders, generate_series(1, $ITEMS) AS n WHERE $WHICH)";

constexpr std::string_view kLog = R"(
    INSERT INTO order_status_log (created_at, order_id, status, changed_by, changed_at, notes)
    SELECT at, id, step, CASE step WHEN 'received' THEN 'order-service' WHEN 'cooking' THEN processed_by
                                   WHEN 'ready' THEN processed_by ELSE 'staff' END,
           at, CASE step WHEN 'received' THEN 'priority ' || priority || ': the total is ' || total_amount END
    FROM (SELECT orders.*, step,
                 CASE step WHEN 'received' THEN created_at WHEN 'cooking' THEN cooking_started_at
                           WHEN 'ready' THEN completed_at
                           WHEN 'out_for_delivery' THEN least(updated_at, completed_at + interval '2 minutes')
                           WHEN 'delivered' THEN least(updated_at, completed_at + interval '19 minutes')
                           ELSE updated_at END AS at
          FROM orders, unnest(CASE WHEN status = 'received' THEN ARRAY['received']
                                   WHEN status = 'cooking' THEN ARRAY['received', 'cooking']
                                   WHEN status = 'cancelled' THEN ARRAY['received', 'cancelled']
                                   WHEN status = 'ready' THEN ARRAY['received', 'cooking', 'ready']
                                   WHEN status = 'out_for_delivery'
                                       THEN ARRAY['received', 'cooking', 'ready', 'out_for_delivery']
                                   WHEN type <> 'delivery' THEN ARRAY['received', 'cooking', 'ready', 'completed']
                                   WHEN status = 'delivered'
                                       THEN ARRAY['received', 'cooking', 'ready', 'out_for_delivery', 'delivered']
                                   ELSE ARRAY['received', 'cooking', 'ready', 'out_for_delivery', 'delivered',
                                              'completed'] END) AS step
          WHERE $WHICH) AS steps)";

constexpr std::string_view kStages = R"(
    INSERT INTO order_stages (order_id, station, worker_name, started_at, finished_at)
    SELECT id, 'cook', processed_by, cooking_started_at,
           coalesce(completed_at, CASE WHEN station <> 'cook' THEN waiting_since END)
    FROM orders WHERE $WHICH AND processed_by IS NOT NULL)";

constexpr std::string_view kCustomers = R"(
    INSERT INTO customers (name, orders_placed, orders_completed)
    SELECT customer_name, count(*), count(*) FILTER (WHERE status IN ('completed', 'delivered'))
    FROM orders WHERE $WHICH GROUP BY customer_name ORDER BY customer_name
    ON CONFLICT (name) DO UPDATE SET orders_placed = customers.orders_placed + excluded.orders_placed,
                                     orders_completed = customers.orders_completed + excluded.orders_completed)";

constexpr std::string_view kKeys = R"(
    INSERT INTO idempotency_keys (key, created_at, body_hash, order_number, estimated_completion)
    SELECT intake_id::text, created_at, md5(number) || md5(number), number, created_at + interval '1 minute'
    FROM orders WHERE $WHICH AND created_at > now() - interval '1 day')";

constexpr std::string_view kCounters = R"(
    INSERT INTO order_counters (day, last)
    SELECT (created_at AT TIME ZONE 'UTC')::date, count(*) FROM orders WHERE $WHICH GROUP BY 1
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last + excluded.last;
    INSERT INTO priority_counters (day, class, counted_by, received)
    SELECT (created_at AT TIME ZONE 'UTC')::date, CASE priority WHEN 10 THEN 'high' WHEN 5 THEN 'medium' ELSE 'normal' END,
           'order-service', count(*)
    FROM orders WHERE $WHICH GROUP BY 1, 2
    ON CONFLICT (day, class, counted_by) DO UPDATE SET received = priority_counters.received + excluded.received;
    INSERT INTO priority_counters (day, class, counted_by, started, waited_ms, worst_wait_ms)
    SELECT (cooking_started_at AT TIME ZONE 'UTC')::date,
           CASE priority WHEN 10 THEN 'high' WHEN 5 THEN 'medium' ELSE 'normal' END, processed_by, count(*),
           count(*) * 30000, 65000
    FROM orders WHERE $WHICH AND processed_by IS NOT NULL GROUP BY 1, 2, 3
    ON CONFLICT (day, class, counted_by) DO UPDATE SET started = priority_counters.started + excluded.started)";

constexpr std::string_view kOffline = R"(
    INSERT INTO workers (name, type, status, last_seen, orders_processed, instance_id)
    SELECT 'cook_' || n, 'general', 'offline', now() - interval '1 hour', $COUNT / 300, md5('cook_' || n)::uuid
    FROM generate_series(0, 299) AS n
    ON CONFLICT (name) DO UPDATE SET orders_processed = workers.orders_processed + excluded.orders_processed)";

constexpr std::string_view kOnline = R"(
    INSERT INTO workers (name, type, instance_id, prefetch)
    SELECT 'online_' || n, 'general', md5('online_' || n)::uuid, 10 FROM generate_series(0, 7) AS n
    ON CONFLICT (name) DO UPDATE SET status = 'online', last_seen = now())";

/// Those that are not finished: $COUNT in status $STATUS. Numbers start where today's counter is.
constexpr std::string_view kOpen = R"(
    INSERT INTO orders (created_at, updated_at, number, customer_name, type, table_number, delivery_address,
                        total_amount, priority, assigned_priority, status, request_id, intake_id, waiting_since,
                        processed_by, claim, claimed_by, claimed_message, cooking_started_at, estimated_completion)
    SELECT at, at, 'ORD_' || to_char(current_date, 'YYYYMMDD') || '_' || lpad(n::text, greatest(3, length(n::text)), '0'),
           'Customer ' || g % 1000, type, CASE type WHEN 'dine_in' THEN 1 + g % 40 END,
           CASE type WHEN 'delivery' THEN '12 Main Street, flat ' || g % 200 END, 15, priority, priority, '$STATUS',
           md5(n::text), gen_random_uuid(), CASE WHEN waits THEN at END, CASE WHEN NOT waits THEN cook END,
           CASE WHEN NOT waits THEN gen_random_uuid() END, CASE WHEN NOT waits THEN md5(cook)::uuid END,
           CASE WHEN NOT waits THEN 'message ' || n END, CASE WHEN NOT waits THEN at END,
           CASE WHEN NOT waits THEN at + interval '10 minutes' END
    FROM (SELECT g, g + coalesce((SELECT last FROM order_counters WHERE day = current_date), 0) AS n,
                 greatest(current_date::timestamptz, now() - interval '5 minutes' * (1 - g::float / $COUNT)) AS at,
                 (ARRAY['dine_in', 'takeout', 'delivery'])[1 + g % 3] AS type,
                 (ARRAY[10, 5, 5, 5, 1, 1, 1, 1, 1, 1])[1 + g / 3 % 10] AS priority,
                 '$STATUS' = 'received' AS waits, 'online_' || g % 8 AS cook
          FROM generate_series(1, $COUNT::bigint) AS g) AS placed)";

constexpr auto kNextNumber = R"(
    INSERT INTO order_counters VALUES ('2026-01-01', 1)
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1
    RETURNING 'ORD_20260101_' || lpad(last::text, greatest(3, length(last::text)), '0'))";

constexpr std::string_view kOne = R"(
    INSERT INTO orders (created_at, updated_at, number, customer_name, type, table_number, delivery_address,
                        total_amount, priority, assigned_priority, status, request_id, intake_id, station,
                        waiting_since, processed_by, claim, claimed_by, claimed_message, cooking_started_at,
                        estimated_completion, completed_at)
    SELECT at, at, '$NUMBER', 'Anna', '$TYPE', CASE '$TYPE' WHEN 'dine_in' THEN 7 END,
           CASE '$TYPE' WHEN 'delivery' THEN '12 Main Street' END, 12.50, $PRIORITY, $PRIORITY, '$STATUS',
           'request-$NUMBER', gen_random_uuid(), '$STATION', CASE WHEN waits THEN at END,
           CASE WHEN cooked THEN '$COOK' END, CASE WHEN cooks THEN gen_random_uuid() END,
           CASE WHEN cooks THEN (SELECT instance_id FROM workers WHERE name = '$COOK') END,
           CASE WHEN cooks THEN 'm-$NUMBER' END, CASE WHEN cooked THEN at END,
           CASE WHEN cooked THEN at + interval '10 minutes' END, CASE WHEN cooked AND '$STATUS' <> 'cooking' THEN at END
    FROM (SELECT now() - interval '$AGE' AS at, '$STATUS' = 'received' OR '$STATION' <> 'cook' AS waits,
                 '$STATUS' = 'cooking' AND '$STATION' = 'cook' AS cooks,
                 '$STATUS' NOT IN ('received', 'cancelled') AS cooked) AS its)";

std::string replaced(std::string text, std::string_view name, std::string_view value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

using Values = std::vector<std::pair<std::string_view, std::string>>;

std::string filled(std::string_view sql, const Values& values) {
  std::string text{sql};
  for (const auto& [name, value] : values) text = replaced(std::move(text), name, value);
  return text;
}

void run(TestDatabase& database, std::string_view sql, const Values& values) {
  database.query_as_admin(filled(sql, values));
}

/// What the rows are made of is whole, so their references need no looking up, one by one.
class Unchecked {
 public:
  explicit Unchecked(TestDatabase& database) : database_(database) {
    database_.query_as_admin(
        "SET timezone = 'UTC'; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB';"
        "SET session_replication_role = replica");
  }
  ~Unchecked() {
    try {
      database_.query_as_admin("RESET ALL");
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // The test fails of what failed before.
    }
  }
  Unchecked(const Unchecked&) = delete;
  Unchecked& operator=(const Unchecked&) = delete;

 private:
  TestDatabase& database_;
};

/// Drops the indexes that no constraint needs, and tells how to make them again.
std::vector<std::string> drop_indexes(TestDatabase& database) {
  std::vector<std::string> definitions;
  for (const auto& row : database.query_as_admin(
           "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index "
           "WHERE indrelid IN ('orders'::regclass, 'order_items'::regclass, 'order_status_log'::regclass) "
           "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)")) {
    database.query_as_admin("DROP INDEX " + row.at(0));
    definitions.push_back(row.at(1));
  }
  return definitions;
}

Values values_of(TestDatabase& database, std::int64_t count, const PastOrders& past) {
  return {{"$DAYS", std::string{kDays}},
          {"$LAST", std::to_string(past.days - 1)},
          {"$COUNT", std::to_string(count) + "::bigint"},
          {"$ITEMS", std::to_string(past.items)},
          {"$WHICH", "orders.id > " + database.value("SELECT coalesce(max(id), 0) FROM orders")}};
}

void store_open(TestDatabase& database, std::int64_t count, const std::string& status) {
  const Unchecked unchecked{database};
  auto values = values_of(database, count, {.items = 1});
  values.emplace_back("$STATUS", status);
  for (const auto sql : {kOpen, kItems, kLog, kStages, kCustomers, kCounters}) run(database, sql, values);
  database.query_as_admin("ANALYZE");
}

}  // namespace

std::string store_order(TestDatabase& database, const StoredOrder& order) {
  const auto number = order.number.empty() ? database.value(kNextNumber) : order.number;
  const Values values{
      {"$NUMBER", number},         {"$TYPE", order.type}, {"$PRIORITY", std::to_string(order.priority)},
      {"$STATUS", order.status},   {"$COOK", order.cook}, {"$AGE", order.age},
      {"$STATION", order.station}, {"$ITEMS", "1"},       {"$WHICH", "orders.number = '" + number + "'"}};
  auto sql = filled(kOne, values);
  if (!order.also.empty()) sql += filled("; UPDATE orders SET " + order.also + " WHERE $WHICH", values);
  for (const auto rows : {kItems, kLog, kStages}) sql += ";" + filled(rows, values);
  database.execute(sql);
  return number;
}

void store_orders(TestDatabase& database, std::int64_t count, const PastOrders& past) {
  const Unchecked unchecked{database};
  const auto values = values_of(database, count, past);
  const auto indexes = count >= kMany ? drop_indexes(database) : std::vector<std::string>{};
  for (const auto sql : {kOrders, kItems, kLog, kStages, kCustomers, kKeys, kCounters, kOffline}) {
    run(database, sql, values);
  }
  for (const auto& index : indexes) database.query_as_admin(index);
  database.query_as_admin("VACUUM (ANALYZE)");
}

void store_waiting(TestDatabase& database, std::int64_t count) { store_open(database, count, "received"); }

void store_cooking(TestDatabase& database, std::int64_t count) {
  run(database, kOnline, {});
  store_open(database, count, "cooking");
}

}  // namespace pizza::test
