#pragma once

#include <string_view>

#include "persistence/statement.hpp"

namespace pizza::kitchen::sql {

using persistence::Statement;

/// The SQLSTATE of kStart and kFinish when they did not move all orders: they divide by whether they did. The orders
/// are locked and were seen to be fit, so only a lost name can have kept them. The statement has to refuse by itself,
/// since the commit goes to the server with it.
inline constexpr std::string_view kNotAllMoved = "22012";

// Batches of orders are found by their ids, one lookup each: by = ANY (ARRAY[id]), which is nothing to merge, hash or
// sort by. What else must hold is written so that no index knows it (IS NOT DISTINCT FROM, num_nulls). By a statistic
// of yesterday the table looks small, or an index of all that wait looks empty, and a plan that goes through it once
// for each order of the batch looks cheap.

/// Locks the orders $1, and those that are worked at under the messages $2, always in the same order of rows, so that
/// two batches cannot wait for each other. The last column: the highest precedence of what waits for station $3 of the
/// types $4 and did not fail $5 times. The one before: the time of the step that is made of it. now() is when the
/// transaction began, which may be before the order that it then found, and the order came with another machine's
/// clock: so that a history never goes back in time.
inline constexpr Statement kLockOrders{"lock_orders", R"(
    SELECT id, number, status, type, priority, precedence, coalesce(assigned_priority, priority), station,
           waiting_since, customer_name, coalesce(request_id, ''), coalesce(traceparent, ''), coalesce(claim::text, ''),
           coalesce(claimed_message, ''), estimated_completion, attempts,
           (SELECT started_at FROM order_stages
            WHERE order_id = orders.id AND order_stages.station = orders.station AND finished_at IS NULL),
           greatest(clock_timestamp(), updated_at),
           coalesce((SELECT max(first.precedence) FROM unnest($4::text[]) AS kind (type), LATERAL (
                         SELECT waiting.precedence FROM orders AS waiting
                         WHERE waiting.station = $3 AND waiting.type = kind.type AND waiting.waiting_since IS NOT NULL
                           AND waiting.attempts < $5
                         ORDER BY waiting.precedence DESC LIMIT 1) AS first), 0)
    FROM orders
    WHERE number = ANY ($1::text[]) OR (claimed_message = ANY ($2::text[]) AND claim IS NOT NULL AND station = $3)
    ORDER BY id FOR NO KEY UPDATE)"};

/// The same of the orders $1 alone, for those whose work is done: who waits and when they were begun does not matter.
inline constexpr Statement kLockCooked{"lock_cooked_orders", R"(
    SELECT id, number, status, type, priority, precedence, coalesce(assigned_priority, priority), station,
           waiting_since, customer_name, coalesce(request_id, ''), coalesce(traceparent, ''), coalesce(claim::text, ''),
           coalesce(claimed_message, ''), estimated_completion, attempts, NULL, greatest(clock_timestamp(), updated_at), 0
    FROM orders WHERE number = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE)"};

/// Whether an order is worked at at station $2 under one of the messages $1, other than the orders $3.
inline constexpr Statement kHeldUnder{"held_under_messages", R"(
    SELECT EXISTS (SELECT FROM orders
                   WHERE claimed_message = ANY ($1::text[]) AND claim IS NOT NULL AND station = $2
                     AND id <> ALL ($3::bigint[])))"};

/// Up to $6 orders that wait for station $1 in status $2, of the types $3, with a precedence of at least $4 and not
/// among $5: the highest first, then the oldest. Those that somebody else is about to take are left to him.
inline constexpr Statement kLockHigher{"lock_higher_orders", R"(
    SELECT id, number, status, type, priority, precedence, coalesce(assigned_priority, priority), station,
           waiting_since, customer_name, coalesce(request_id, ''), coalesce(traceparent, ''), coalesce(claim::text, ''),
           coalesce(claimed_message, ''), estimated_completion, attempts, NULL, greatest(clock_timestamp(), updated_at), 0
    FROM orders
    WHERE id = ANY (ARRAY(
        SELECT waiting.id
        FROM generate_series($4::integer, 11) AS level, unnest($3::text[]) AS kind (type), LATERAL (
            SELECT id FROM orders AS candidate
            WHERE candidate.station = $1 AND candidate.type = kind.type AND candidate.precedence = level
              AND candidate.waiting_since IS NOT NULL AND candidate.attempts < $7 AND candidate.id <> ALL ($5::bigint[])
            ORDER BY id LIMIT $6 + 20) AS waiting
        ORDER BY level DESC, waiting.id LIMIT $6 + 20))
      AND (station, status) IS NOT DISTINCT FROM ($1, $2) AND num_nulls(waiting_since) = 0 AND precedence >= $4
    ORDER BY precedence DESC, id LIMIT $6 FOR NO KEY UPDATE SKIP LOCKED)"};

/// Waiting in status $7 → in work in status $8 at station $6 with the log row of that transition, for the worker $1 as
/// long as it is instance $2, at the times $14. $9 to $12: what the figures gain by it.
inline constexpr Statement kStart{"start_stage", R"(
    WITH moved AS (
        UPDATE orders SET status = $8, processed_by = $1, claim = input.claim, claimed_by = $2::uuid,
                          claimed_message = input.message_id, waiting_since = NULL,
                          estimated_completion = input.estimated_completion, updated_at = input.at,
                          cooking_started_at = CASE WHEN $6 = 'cook' THEN input.at ELSE cooking_started_at END
        FROM unnest($3::bigint[], $4::uuid[], $5::text[], $13::timestamptz[], $14::timestamptz[])
             AS input (id, claim, message_id, estimated_completion, at)
        WHERE orders.id = ANY (ARRAY[input.id]) AND (orders.station, orders.status) IS NOT DISTINCT FROM ($6, $7)
          AND num_nulls(orders.waiting_since) = 0
          AND EXISTS (SELECT FROM workers WHERE name = $1 AND instance_id = $2::uuid)
        RETURNING orders.id, orders.updated_at AS at
    ), logged AS (
        INSERT INTO order_status_log (order_id, status, changed_by, changed_at)
        SELECT id, $8, $1, at FROM moved WHERE $7 <> $8
    ), counted AS (
        INSERT INTO priority_counters (day, class, counted_by, started, waited_ms, worst_wait_ms)
        SELECT (now() AT TIME ZONE 'UTC')::date, class, $1, started, waited_ms, worst_wait_ms
        FROM unnest($9::text[], $10::bigint[], $11::bigint[], $12::bigint[])
             AS input (class, started, waited_ms, worst_wait_ms)
        ON CONFLICT (day, class, counted_by) DO UPDATE
        SET started = priority_counters.started + excluded.started,
            waited_ms = priority_counters.waited_ms + excluded.waited_ms,
            worst_wait_ms = greatest(priority_counters.worst_wait_ms, excluded.worst_wait_ms)
    ), begun AS (
        INSERT INTO order_stages (order_id, station, worker_name, started_at) SELECT id, $6, $1, at FROM moved
    )
    SELECT 1 / (count(*) = cardinality($3::bigint[]))::integer FROM moved)"};

/// A fresh claim on an order that is in work at station $6 in status $7; no transition, so no log row.
inline constexpr Statement kResume{"resume_stage", R"(
    WITH moved AS (
        UPDATE orders SET processed_by = $1, claim = input.claim, claimed_by = $2::uuid,
                          claimed_message = input.message_id
        FROM unnest($3::bigint[], $4::uuid[], $5::text[]) AS input (id, claim, message_id)
        WHERE orders.id = ANY (ARRAY[input.id]) AND (orders.station, orders.status) IS NOT DISTINCT FROM ($6, $7)
          AND orders.waiting_since IS NULL
          AND EXISTS (SELECT FROM workers WHERE name = $1 AND instance_id = $2::uuid)
        RETURNING orders.id, cooking_started_at
    )
    INSERT INTO order_stages (order_id, station, worker_name, started_at)
    SELECT id, $6, $1, CASE WHEN $6 = 'cook' THEN coalesce(cooking_started_at, now()) ELSE now() END FROM moved
    ON CONFLICT (order_id, station) DO UPDATE SET worker_name = excluded.worker_name)"};

/// Nobody's any more: a dead letter, or for others to go on with.
inline constexpr Statement kClearClaims{"clear_claims", R"(
    UPDATE orders SET claim = NULL, claimed_message = NULL WHERE id = ANY ($1::bigint[]))"};

/// In work in status $6 → status $7 at station $5, on to the next station or to none, with the log row of that
/// transition, the worker's figures and, once delivered, the customer's; for orders that this worker's claims still
/// hold, at the times $9. Returns them with the milliseconds of the work here, and since each came.
inline constexpr Statement kFinish{"finish_stage", R"(
    WITH moved AS (
        UPDATE orders SET status = $7, station = coalesce(input.next, orders.station), claim = NULL,
                          claimed_message = NULL, attempts = 0, promotions = 0, updated_at = input.at,
                          waiting_since = CASE WHEN input.next IS NOT NULL THEN input.at END,
                          completed_at = CASE WHEN $7 = 'ready' THEN input.at ELSE completed_at END
        FROM unnest($3::bigint[], $4::uuid[], $8::text[], $9::timestamptz[]) AS input (id, claim, next, at)
        WHERE orders.id = ANY (ARRAY[input.id]) AND (orders.station, orders.status) IS NOT DISTINCT FROM ($5, $6)
          AND orders.waiting_since IS NULL AND orders.claim IS NOT DISTINCT FROM input.claim
          AND EXISTS (SELECT FROM workers WHERE name = $1 AND instance_id = $2::uuid)
        RETURNING orders.id, orders.created_at, customer_name, input.at
    ), passed AS (
        UPDATE order_stages SET finished_at = at FROM moved
        WHERE order_id = ANY (ARRAY[moved.id]) AND order_stages.station IS NOT DISTINCT FROM $5
        RETURNING order_id, extract(epoch FROM at - started_at) * 1000 AS took_ms
    ), counted AS (
        UPDATE workers SET orders_processed = orders_processed + (SELECT count(*) FROM moved),
                           working_ms = working_ms + (SELECT coalesce(sum(took_ms), 0)::bigint FROM passed)
        WHERE name = $1 AND instance_id = $2::uuid
    ), logged AS (
        INSERT INTO order_status_log (order_id, status, changed_by, changed_at)
        SELECT id, $7, $1, at FROM moved WHERE $6 <> $7
    ), served AS (
        INSERT INTO customers (name, orders_completed)
        SELECT customer_name, count(*) FROM moved WHERE $7 = 'delivered' GROUP BY customer_name ORDER BY customer_name
        ON CONFLICT (name) DO UPDATE
        SET orders_completed = customers.orders_completed + excluded.orders_completed, updated_at = now()
    )
    SELECT id, greatest(max(took_ms), 0)::bigint, greatest(max(in_all_ms), 0)::bigint, all_moved
    FROM (SELECT 1 / (count(*) = cardinality($3::bigint[]))::integer AS all_moved FROM moved) AS guard
         LEFT JOIN (SELECT id, NULL AS took_ms, extract(epoch FROM at - created_at) * 1000 AS in_all_ms FROM moved
                    UNION ALL SELECT order_id, took_ms, NULL FROM passed) AS both_halves ON true
    GROUP BY id, all_moved)"};

/// One more failed processing of an order that waits for station $5 in status $6 or is in work there in status $7; the
/// one that exhausts the order leaves a row in its log.
inline constexpr Statement kRecordFailure{"record_failure", R"(
    WITH failed AS (
        UPDATE orders SET attempts = attempts + 1
        WHERE number = $1 AND station = $5 AND status = CASE WHEN waiting_since IS NOT NULL THEN $6 ELSE $7 END
        RETURNING id, attempts
    ), counted AS (
        UPDATE workers SET orders_failed = orders_failed + (SELECT count(*) FROM failed) WHERE name = $2
    )
    INSERT INTO order_status_log (order_id, changed_by, notes)
    SELECT id, $2, 'dead letter after ' || attempts || ' failed attempts: ' || $3::text FROM failed WHERE attempts = $4)"};

}  // namespace pizza::kitchen::sql
