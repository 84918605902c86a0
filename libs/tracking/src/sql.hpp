#pragma once

#include "persistence/statement.hpp"

namespace pizza::tracking::sql {

using persistence::Statement;

/// Of the orders $1, each with its place among them.
inline constexpr Statement kStates{"order_states", R"(
    SELECT id, status, type, precedence, updated_at,
           CASE WHEN completed_at IS NOT NULL THEN completed_at
                WHEN status <> 'cancelled' THEN estimated_completion END, processed_by, place
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (number, place)
         JOIN orders ON orders.number = ANY (ARRAY[asked.number]))"};

inline constexpr Statement kHistory{"order_history", R"(
    SELECT log.status, log.changed_at, coalesce(log.changed_by, '')
    FROM orders LEFT JOIN order_status_log log ON log.order_id = orders.id AND log.status IS NOT NULL
    WHERE orders.number = $1
    ORDER BY log.id)"};

/// The columns of kStates first; one row for each station the order has reached, or one without.
inline constexpr Statement kDetails{"order_details", R"(
    SELECT orders.id, status, type, precedence, updated_at,
           CASE WHEN completed_at IS NOT NULL THEN completed_at
                WHEN status <> 'cancelled' THEN estimated_completion END, processed_by,
           table_number, total_amount, priority, rush, created_at, completed_at,
           customer_name, customer_type, delivery_address,
           stage.station, stage.worker_name, stage.started_at, stage.finished_at
    FROM orders LEFT JOIN order_stages stage ON stage.order_id = orders.id
    WHERE number = $1
    ORDER BY stage.started_at, stage.station)"};

inline constexpr Statement kItems{"order_items", R"(
    SELECT name, quantity, price FROM order_items WHERE order_id = $1 ORDER BY id)"};

inline constexpr Statement kIdOf{"order_id", R"(
    SELECT id FROM orders WHERE number = $1)"};

/// At most $2 orders older than $1.
inline constexpr Statement kNewest{"newest_orders", R"(
    SELECT number, status, type, total_amount, priority, created_at, updated_at, completed_at, processed_by, customer_name
    FROM orders WHERE id < $1 ORDER BY id DESC LIMIT $2)"};

/// The same of the statuses $3 and types $4: a page of ids from the index for each pair, then the newest of all those,
/// so that a page costs no more when what is asked for is rare.
inline constexpr Statement kNewestOf{"newest_orders_of", R"(
    SELECT number, status, type, total_amount, priority, created_at, updated_at, completed_at, processed_by, customer_name
    FROM orders WHERE id = ANY (ARRAY(
        SELECT page.id
        FROM unnest($3::text[]) AS wanted_status, unnest($4::text[]) AS wanted_type, LATERAL (
            SELECT id FROM orders WHERE status = wanted_status AND type = wanted_type AND id < $1
            ORDER BY id DESC LIMIT $2) page
        ORDER BY page.id DESC LIMIT $2))
    ORDER BY id DESC)"};

inline constexpr Statement kWorkers{"workers_status", R"(
    SELECT name, status = 'online' AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second',
           orders_processed, last_seen, type, station, array_to_string(order_types, ','), working_ms, orders_failed,
           created_at, online_since
    FROM workers ORDER BY name)"};

/// What happens to an order until it is ready.
inline constexpr Statement kCooks{"kitchen_cooks", R"(
    SELECT station, array_to_string(order_types, ','), prefetch, cooking_time_ms
    FROM workers
    WHERE status = 'online' AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second'
      AND station <> 'courier')"};

inline constexpr Statement kWaiting{"kitchen_waiting", R"(
    SELECT type, precedence, count(*), min(id), max(id)
    FROM orders WHERE station = 'cook' AND waiting_since IS NOT NULL GROUP BY type, precedence)"};

/// At the stoves; what is estimated there is the time to pass $1 stations.
inline constexpr Statement kCooking{"kitchen_cooking", R"(
    SELECT count(*), coalesce(sum(greatest(0, extract(epoch FROM
               cooking_started_at + (estimated_completion - cooking_started_at) / $1::integer - now()) * 1000))::bigint, 0)
    FROM orders WHERE status = 'cooking' AND station = 'cook' AND waiting_since IS NULL)"};

/// One row at least: it tells the day. Sessions speak UTC.
inline constexpr Statement kCounted{"priorities_counted", R"(
    SELECT today::text, class, sum(received), sum(started), sum(waited_ms), max(worst_wait_ms)
    FROM (SELECT current_date AS today) clock LEFT JOIN priority_counters ON day = today GROUP BY today, class)"};

inline constexpr Statement kWaitingSince{"priorities_waiting", R"(
    SELECT coalesce(assigned_priority, priority), count(*),
           (extract(epoch FROM now() - min(waiting_since)) * 1000)::bigint
    FROM orders WHERE station = 'cook' AND waiting_since IS NOT NULL GROUP BY 1)"};

}  // namespace pizza::tracking::sql
