#pragma once

#include "persistence/statement.hpp"

namespace pizza::tracking::sql {

using persistence::Statement;

inline constexpr Statement kState{"order_state", R"(
    SELECT id, status, type, priority, updated_at,
           CASE WHEN completed_at IS NOT NULL THEN completed_at ELSE estimated_completion END, processed_by
    FROM orders WHERE number = $1)"};

inline constexpr Statement kHistory{"order_history", R"(
    SELECT log.status, log.changed_at, coalesce(log.changed_by, '')
    FROM orders LEFT JOIN order_status_log log ON log.order_id = orders.id AND log.status IS NOT NULL
    WHERE orders.number = $1
    ORDER BY log.id)"};

inline constexpr Statement kWorkers{"workers_status", R"(
    SELECT name, status = 'online' AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second',
           orders_processed, last_seen
    FROM workers ORDER BY name)"};

inline constexpr Statement kCooks{"kitchen_cooks", R"(
    SELECT array_to_string(order_types, ','), prefetch, cooking_time_ms
    FROM workers
    WHERE status = 'online' AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second')"};

inline constexpr Statement kWaiting{"kitchen_waiting", R"(
    SELECT type, priority, count(*), min(id), max(id)
    FROM orders WHERE status = 'received' GROUP BY type, priority)"};

inline constexpr Statement kCooking{"kitchen_cooking", R"(
    SELECT count(*), coalesce(sum(greatest(0, extract(epoch FROM estimated_completion - now()) * 1000))::bigint, 0)
    FROM orders WHERE status = 'cooking')"};

}  // namespace pizza::tracking::sql
