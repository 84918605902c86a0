#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

using persistence::Statement;

// The audit reads. Each statement goes over a table once, whatever it holds, and returns a bounded number of rows: a
// million orders look like few different ones, and of those that look alike a few are named.

inline constexpr Statement kAuditClock{"audit_clock", "SELECT now(), (SELECT count(*) FROM orders)"};

/// What the orders look like with their log and items (StoredShape): for each look how many there are, and the first
/// $1 of them. Clocks of two machines may differ by seconds, so a log that goes back by less does not.
inline constexpr Statement kAuditStored{"audit_stored_orders", R"(
    WITH log AS (
        SELECT order_id, array_agg(status ORDER BY id) AS statuses,
               coalesce(bool_or(changed_at < earlier - interval '5 seconds'), false) AS back_in_time
        FROM (SELECT id, order_id, status, changed_at, lag(changed_at) OVER (PARTITION BY order_id ORDER BY id) AS earlier
              FROM order_status_log WHERE status IS NOT NULL) AS rows
        GROUP BY order_id
    ), items AS (
        SELECT order_id, sum(quantity * price) AS total,
               count(*) <= 20 AND bool_and(quantity BETWEEN 1 AND 10 AND price BETWEEN 0.01 AND 999.99) AS possible
        FROM order_items GROUP BY order_id
    ), looks AS (
        SELECT coalesce(type, '') AS type, coalesce(status, '') AS status,
               coalesce(array_to_string(statuses, ' '), '') AS statuses, coalesce(back_in_time, false) AS back_in_time,
               orders.id IS NULL OR total_amount IS NOT DISTINCT FROM items.total AS total_is_sum,
               orders.id IS NULL OR coalesce(possible, false) AS possible,
               orders.id, number, total_amount, items.total
        FROM orders LEFT JOIN items ON items.order_id = orders.id FULL JOIN log ON log.order_id = orders.id
    )
    SELECT type, status, statuses, back_in_time, total_is_sum, possible, count, coalesce(number, '-'),
           coalesce(total_amount::text, ''), coalesce(total::text, 'nothing')
    FROM (SELECT *, count(*) OVER look AS count, row_number() OVER (look ORDER BY id) AS place
          FROM looks WINDOW look AS (PARTITION BY type, status, statuses, back_in_time, total_is_sum, possible)) AS counted
    WHERE place <= $1
    ORDER BY count, type, status, statuses, place LIMIT 10000)"};

/// Orders that are not finished (OpenShape), in the same way: $1 of each. $2: when the audit began; $3: ms that an
/// order may wait.
inline constexpr Statement kAuditOpen{"audit_open_orders", R"(
    WITH living AS (
        SELECT name, instance_id FROM workers
        WHERE status = 'online' AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second'
    ), owed AS (
        SELECT DISTINCT order_number FROM outbox WHERE message_type = 'order'
    ), looks AS (
        SELECT orders.id, number, orders.status, orders.station, type, waiting_since IS NOT NULL AS waits,
               claim IS NOT NULL AS claimed,
               claim IS NOT NULL AND (holder.name IS NOT NULL OR namesake.name IS NOT NULL) AS holder_lives,
               order_stages.order_id IS NOT NULL AS begun, attempts >= 5 AS exhausted,
               owed.order_number IS NOT NULL AS owed,
               coalesce(waiting_since, updated_at) < $2::timestamptz - interval '10 seconds' AS settled,
               CASE WHEN waiting_since IS NOT NULL THEN waiting_since < $2::timestamptz - $3::bigint * interval '1 ms'
                    WHEN claim IS NOT NULL OR order_stages.order_id IS NOT NULL
                        THEN coalesce(estimated_completion < $2::timestamptz - interval '60 seconds', false)
                    ELSE false END AS late
        FROM orders
             LEFT JOIN living AS holder ON holder.instance_id = claimed_by
             LEFT JOIN living AS namesake ON namesake.name = processed_by AND claimed_by IS NULL
             LEFT JOIN owed ON owed.order_number = number
             LEFT JOIN order_stages ON order_stages.order_id = orders.id AND order_stages.station = orders.station
                                   AND finished_at IS NULL AND waiting_since IS NULL
        WHERE orders.status IN ('received', 'cooking', 'out_for_delivery')
           OR (orders.status = 'ready' AND waiting_since IS NOT NULL)
    )
    SELECT status, station, type, waits, claimed, holder_lives, begun, exhausted, owed, settled, late, count, number
    FROM (SELECT *, count(*) OVER look AS count, row_number() OVER (look ORDER BY id) AS place
          FROM looks WINDOW look AS (PARTITION BY status, station, type, waits, claimed, holder_lives, begun, exhausted,
                                                  owed, settled, late)) AS counted
    WHERE place <= $1
    ORDER BY status, station, type, id LIMIT 100000)"};

/// Days whose numbers, those of orders and those that were pruned, are not 1 to the counter, each once.
inline constexpr Statement kAuditDays{"audit_days", R"(
    WITH given AS (
        SELECT substr(number, 5, 8) AS day, substr(number, 14)::bigint AS n
        FROM orders WHERE number ~ '^ORD_\d{8}_(\d{3}|[1-9]\d{3,17})$' AND number !~ '_000$'
    ), numbered AS (
        SELECT day, count(*) AS orders, count(DISTINCT n) AS different, max(n) AS highest FROM given GROUP BY day
    ), counters AS (
        SELECT to_char(order_counters.day, 'YYYYMMDD') AS day, last, numbers,
               (SELECT sum(upper(run) - lower(run)) FROM unnest(numbers) AS run)::bigint AS pruned
        FROM order_counters LEFT JOIN pruned_orders ON pruned_orders.day = order_counters.day
    ), again AS (
        SELECT day, count(DISTINCT n) AS again FROM given JOIN counters USING (day) WHERE numbers @> n GROUP BY day
    ), days AS (
        SELECT day, coalesce(last, 0) AS last, coalesce(orders, 0) AS orders, coalesce(different, 0) AS different,
               greatest(highest, upper(numbers) - 1, 0) AS highest, coalesce(pruned, 0) AS pruned,
               coalesce(again, 0) AS again
        FROM numbered FULL JOIN counters USING (day) LEFT JOIN again USING (day)
    )
    SELECT day, last, orders, different, highest, pruned, again FROM days
    WHERE orders + pruned <> last OR different + pruned <> last OR highest <> last OR again <> 0
    ORDER BY day DESC LIMIT 1000)"};

/// The first $3 numbers of 1 to $2 that no order of day $1 has or had.
inline constexpr Statement kAuditMissingNumbers{"audit_missing_numbers", R"(
    SELECT 'ORD_' || $1 || '_' || lpad(n::text, greatest(3, length(n::text)), '0')
    FROM unnest(int8multirange(int8range(1, $2::bigint, '[]'))
                - coalesce((SELECT numbers FROM pruned_orders WHERE to_char(day, 'YYYYMMDD') = $1), '{}')) AS kept,
         generate_series(lower(kept), upper(kept) - 1) AS n
    WHERE NOT EXISTS (SELECT FROM orders
                      WHERE number = 'ORD_' || $1 || '_' || lpad(n::text, greatest(3, length(n::text)), '0'))
    LIMIT $3)"};

/// Numbers of day $1 that several orders have, or one that was pruned had too.
inline constexpr Statement kAuditDoubledNumbers{"audit_doubled_numbers", R"(
    WITH pruned AS (
        SELECT coalesce(range_agg(run), '{}') AS numbers
        FROM pruned_orders, unnest(numbers) AS run WHERE to_char(day, 'YYYYMMDD') = $1
    )
    SELECT number, count(*) FROM orders, pruned WHERE number ~ ('^ORD_' || $1 || '_\d{3,18}$')
    GROUP BY number HAVING count(*) > 1 OR bool_or(numbers @> substr(number, 14)::bigint) ORDER BY number LIMIT $2)"};

inline constexpr Statement kAuditBadNumbers{"audit_bad_numbers", R"(
    SELECT count(*) OVER (), number FROM orders
    WHERE number !~ '^ORD_\d{8}_(\d{3}|[1-9]\d{3,17})$' OR number ~ '_000$' ORDER BY id LIMIT $1)"};

/// Answers that were kept under an Idempotency-Key, and whose orders are not there, nor pruned.
inline constexpr Statement kAuditPromised{"audit_promised_orders", R"(
    WITH missing AS MATERIALIZED (
        SELECT created_at, order_number, substr(order_number, 5, 8) AS day,
               CASE WHEN order_number ~ '^ORD_\d{8}_\d{3,18}$' THEN substr(order_number, 14)::bigint END AS n
        FROM idempotency_keys WHERE NOT EXISTS (SELECT FROM orders WHERE number = order_number)
    ), pruned AS (
        SELECT to_char(day, 'YYYYMMDD') AS day, numbers FROM pruned_orders
    )
    SELECT count(*) OVER (), order_number FROM missing LEFT JOIN pruned USING (day)
    WHERE NOT coalesce(numbers @> n, false) ORDER BY created_at LIMIT $1)"};

/// $2 rows of the outbox after $1, each with what is known of its order.
inline constexpr Statement kAuditOutbox{"audit_outbox", R"(
    SELECT page.id, page.order_number, page.message_type, page.body, orders.type,
           coalesce((SELECT string_agg(status, ' ') FROM order_status_log
                     WHERE order_id = orders.id AND status IS NOT NULL), '')
    FROM (SELECT id, order_number, message_type, body FROM outbox WHERE id > $1::bigint ORDER BY id LIMIT $2) AS page
         LEFT JOIN orders ON orders.number = page.order_number
    ORDER BY page.id)"};

/// The $1 rows of the outbox that are overdue the longest, of those older than two minutes at $2.
inline constexpr Statement kAuditOverdue{"audit_overdue_messages", R"(
    SELECT id, order_number, message_type, exchange, routing_key, count(*) OVER ()
    FROM outbox WHERE created_at < $2::timestamptz - interval '2 minutes' ORDER BY leased_until, id LIMIT $1)"};

/// Which of the rows $1 are still there, and whether somebody has them in hand.
inline constexpr Statement kAuditStillOwed{"audit_still_owed", R"(
    SELECT id, leased_until > now() FROM outbox WHERE id = ANY ($1::bigint[]))"};

}  // namespace pizza::order::sql
