#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

using persistence::Statement;

// The walk over the old orders. Ids go with age, so no index by age is needed: a page is so many rows of the primary
// key.

/// The moment $1 seconds ago.
inline constexpr Statement kPruneBefore{"prune_before", "SELECT now() - $1::bigint * interval '1 second'"};

/// The last id of the $3 orders after id $1, and whether one of them is from before $2: if none is, none after them is.
inline constexpr Statement kPrunePage{"prune_page", R"(
    SELECT max(id), coalesce(bool_or(created_at < $2::timestamptz), false)
    FROM (SELECT id, created_at FROM orders WHERE id > $1::bigint ORDER BY id LIMIT $3) AS page)"};

/// The days of which numbers were given.
inline constexpr Statement kNumberedDays{"numbered_days", "SELECT to_char(day, 'YYYYMMDD') FROM order_counters"};

/// Of the orders after id $1 up to $2 those that are done with since before $3, with the day and the place of their
/// number; nobody waits for one, works at one or will. What has no number of ours stays: the audit tells of it. Whoever
/// holds one is about to change it, and is not waited for.
inline constexpr Statement kLockPruned{"lock_pruned_orders", R"(
    SELECT id, number, substr(number, 5, 8), substr(number, 14)::bigint
    FROM orders
    WHERE id > $1::bigint AND id <= $2::bigint AND updated_at < $3::timestamptz
      AND (status IN ('delivered', 'completed', 'cancelled') OR (status = 'ready' AND attempts < 5))
      AND waiting_since IS NULL AND claim IS NULL
      AND number ~ '^ORD_\d{8}_(\d{3}|[1-9]\d{3,17})$' AND number !~ '_000$'
    ORDER BY id FOR UPDATE SKIP LOCKED)"};

/// Which of the orders $1 still have something to announce. Asked once they are locked: it takes the lock to owe more.
inline constexpr Statement kPruneOwed{"prune_owed_messages", R"(
    SELECT DISTINCT order_number FROM outbox WHERE order_number IN (SELECT unnest($1::text[])))"};

inline constexpr Statement kPruneItems{"prune_order_items",
                                       "DELETE FROM order_items WHERE order_id = ANY ($1::bigint[])"};
inline constexpr Statement kPruneLog{"prune_order_status_log",
                                     "DELETE FROM order_status_log WHERE order_id = ANY ($1::bigint[])"};
inline constexpr Statement kPruneStages{"prune_order_stages",
                                        "DELETE FROM order_stages WHERE order_id = ANY ($1::bigint[])"};
inline constexpr Statement kPruneOrders{"prune_orders", "DELETE FROM orders WHERE id = ANY ($1::bigint[])"};

/// Keeps the numbers $2 of the days $1. Days in order, so that two who prune do not wait in a ring.
inline constexpr Statement kKeepPruned{"keep_pruned_numbers", R"(
    INSERT INTO pruned_orders (day, numbers)
    SELECT day, range_agg(int8range(number, number, '[]'))
    FROM unnest($1::date[], $2::bigint[]) AS input (day, number) GROUP BY day ORDER BY day
    ON CONFLICT (day) DO UPDATE SET numbers = pruned_orders.numbers + excluded.numbers)"};

}  // namespace pizza::order::sql
