#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

using persistence::Statement;

/// Waits for a step of the kitchen that is under way, and sees what it left.
inline constexpr Statement kLockStaffOrder{"lock_staff_order", R"(
    SELECT id, status, type, priority, waiting_since IS NOT NULL, claim IS NOT NULL, updated_at, completed_at,
           customer_name, coalesce(request_id, ''), coalesce(traceparent, '')
    FROM orders WHERE number = $1 FOR NO KEY UPDATE)"};

// now() is when the transaction began, which may be before the step it then waited for: these take the time of the
// change itself, so that a history never goes back in time.

/// $2 → $3 with its log row ($4: the notes); whoever worked at the order has it no longer.
inline constexpr Statement kStaffMove{"staff_move", R"(
    WITH moved AS (
        UPDATE orders SET status = $3, waiting_since = NULL, claim = NULL, claimed_message = NULL,
                          updated_at = clock_timestamp()
        WHERE id = $1::bigint AND status = $2
        RETURNING id, updated_at
    ), logged AS (
        INSERT INTO order_status_log (order_id, status, changed_by, changed_at, notes)
        SELECT id, $3, 'staff', updated_at, $4 FROM moved
    )
    SELECT updated_at FROM moved)"};

/// A new priority for an order that still waits; no transition, so its log row has no status.
inline constexpr Statement kStaffPriority{"staff_priority", R"(
    WITH changed AS (
        UPDATE orders SET priority = $3::integer, overdue = false, updated_at = clock_timestamp()
        WHERE id = $1::bigint AND status = $2 AND waiting_since IS NOT NULL
        RETURNING id, updated_at
    ), logged AS (
        INSERT INTO order_status_log (order_id, changed_by, changed_at, notes)
        SELECT id, 'staff', updated_at, $4 FROM changed
    )
    SELECT updated_at FROM changed)"};

/// One more order of the customer $1 is done.
inline constexpr Statement kCountCompleted{"count_completed_order", R"(
    INSERT INTO customers (name, orders_completed) VALUES ($1, 1)
    ON CONFLICT (name) DO UPDATE SET orders_completed = customers.orders_completed + 1, updated_at = now())"};

/// Tells everyone who listens on channel $1, once this is committed, of order $2.
inline constexpr Statement kNotifyCancelled{"notify_order_cancelled", "SELECT pg_notify($1, $2)"};

}  // namespace pizza::order::sql
