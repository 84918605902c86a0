#pragma once

#include "persistence/statement.hpp"

namespace pizza::kitchen::sql {

using persistence::Statement;

/// Locks the orders, always in the same order of rows, so that two batches cannot wait for each other.
inline constexpr Statement kLockOrders{"lock_orders", R"(
    SELECT id, number, status, type, priority, customer_name, coalesce(request_id, ''), coalesce(claim::text, ''),
           coalesce(claimed_message, ''), estimated_completion, attempts, now()
    FROM orders WHERE number = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE)"};

/// received → cooking with its log row, for the worker $1 as long as it is instance $2.
inline constexpr Statement kStartCooking{"start_cooking", R"(
    WITH moved AS (
        UPDATE orders SET status = 'cooking', processed_by = $1, claim = input.claim, claimed_message = input.message_id,
                          cooking_started_at = now(), estimated_completion = input.estimated_completion, updated_at = now()
        FROM unnest($3::bigint[], $4::uuid[], $5::text[], $6::timestamptz[])
             AS input (id, claim, message_id, estimated_completion)
        WHERE orders.id = input.id AND orders.status = 'received'
          AND EXISTS (SELECT FROM workers WHERE name = $1 AND instance_id = $2::uuid)
        RETURNING orders.id
    )
    INSERT INTO order_status_log (order_id, status, changed_by) SELECT id, 'cooking', $1 FROM moved)"};

/// A fresh claim on an order that is cooking already; no transition, so no log row.
inline constexpr Statement kResumeCooking{"resume_cooking", R"(
    UPDATE orders SET processed_by = $1, claim = input.claim, claimed_message = input.message_id
    FROM unnest($3::bigint[], $4::uuid[], $5::text[]) AS input (id, claim, message_id)
    WHERE orders.id = input.id AND orders.status = 'cooking'
      AND EXISTS (SELECT FROM workers WHERE name = $1 AND instance_id = $2::uuid))"};

/// cooking → ready with its log row and the worker's count, for orders that this worker's claims still hold.
inline constexpr Statement kFinishCooking{"finish_cooking", R"(
    WITH moved AS (
        UPDATE orders SET status = 'ready', completed_at = now(), updated_at = now()
        FROM unnest($3::bigint[], $4::uuid[]) AS input (id, claim)
        WHERE orders.id = input.id AND orders.status = 'cooking' AND orders.claim = input.claim
          AND EXISTS (SELECT FROM workers WHERE name = $1 AND instance_id = $2::uuid)
        RETURNING orders.id
    ), counted AS (
        UPDATE workers SET orders_processed = orders_processed + (SELECT count(*) FROM moved)
        WHERE name = $1 AND instance_id = $2::uuid
    )
    INSERT INTO order_status_log (order_id, status, changed_by) SELECT id, 'ready', $1 FROM moved)"};

/// One more failed processing; the one that exhausts the order leaves a row in its log.
inline constexpr Statement kRecordFailure{"record_failure", R"(
    WITH failed AS (
        UPDATE orders SET attempts = attempts + 1
        WHERE number = $1 AND status IN ('received', 'cooking') RETURNING id, attempts
    )
    INSERT INTO order_status_log (order_id, changed_by, notes)
    SELECT id, $2, 'dead letter after ' || attempts || ' failed attempts: ' || $3::text FROM failed WHERE attempts = $4)"};

}  // namespace pizza::kitchen::sql
