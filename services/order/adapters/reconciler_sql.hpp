#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

using persistence::Statement;

/// Of all order-services one reconciles: it holds this for as long as its session lasts. Each question is planned anew:
/// within an outage the outbox goes from nothing to everything, and a plan made for nothing reads all of it each time.
inline constexpr Statement kLeadReconcilers{"lead_reconcilers", R"(
    SELECT pg_try_advisory_lock(hashtext('wheres-my-pizza reconciler')),
           set_config('plan_cache_mode', 'force_custom_plan', false))"};

// An order whose message is still in the outbox needs no other. OFFSET 0: asked order by order, over the index, however
// much the outbox holds. Of workers too: an order that changed hands meanwhile is then judged by its new ones.

// A worker that lives may have let an order go whose message was lost: it is gone for that order when that should have
// been done for a minute.

/// Of the queue for station $1 and types $2: the hands of its workers, the orders in them, orders in work under workers
/// that are gone or under nobody, and of the first $3 + hands orders that wait those that need a message. An order that
/// failed five times is a dead letter and needs none.
inline constexpr Statement kLookAtLine{"look_at_line", R"(
    WITH living AS MATERIALIZED (
        SELECT name, instance_id, prefetch, station = $1 AND order_types && $2::text[] AS here FROM workers
        WHERE status = 'online' AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second'
    ), hands AS (
        SELECT coalesce(sum(prefetch), 0) AS all FROM living WHERE here
    ), held AS MATERIALIZED (
        SELECT number, station, type, attempts,
               (SELECT here FROM living
                WHERE (instance_id = claimed_by OR (claimed_by IS NULL AND name = processed_by))
                  AND coalesce(estimated_completion > now() - interval '1 minute', true)) AS here
        FROM orders WHERE claim IS NOT NULL
    ), waiting AS (
        SELECT number FROM unnest($2::text[]) AS kind (type), LATERAL (
            SELECT number FROM orders
            WHERE station = $1 AND orders.type = kind.type AND waiting_since IS NOT NULL AND attempts < 5
            ORDER BY precedence, id LIMIT $3 + (SELECT hands.all FROM hands)) AS first
        LIMIT $3 + (SELECT hands.all FROM hands)
    )
    SELECT (SELECT hands.all FROM hands),
           (SELECT count(*) FROM held WHERE here),
           (SELECT count(*) FROM held
            WHERE here IS NULL AND station = $1 AND type = ANY ($2::text[]) AND attempts < 5
              AND NOT EXISTS (SELECT FROM outbox
                              WHERE order_number = held.number AND message_type = 'order' OFFSET 0)),
           (SELECT count(*) FROM orders
            WHERE station = $1 AND type = ANY ($2::text[]) AND claim IS NULL AND waiting_since IS NULL
              AND status IN ('cooking', 'out_for_delivery') AND attempts < 5
              AND EXISTS (SELECT FROM order_stages
                          WHERE order_id = orders.id AND order_stages.station = $1 AND finished_at IS NULL OFFSET 0)
              AND NOT EXISTS (SELECT FROM outbox
                              WHERE order_number = orders.number AND message_type = 'order' OFFSET 0)),
           (SELECT count(*) FROM waiting
            WHERE NOT EXISTS (SELECT FROM outbox
                              WHERE order_number = waiting.number AND message_type = 'order' OFFSET 0)))"};

/// Takes up to $3 orders there, the oldest first, out of the hands of workers that have been gone for $4 ms: whoever
/// gets a message goes on with them.
inline constexpr Statement kTakeOrphans{"take_orphans", R"(
    UPDATE orders SET claim = NULL, claimed_message = NULL
    FROM (SELECT id FROM orders
          WHERE claim IS NOT NULL AND station = $1 AND type = ANY ($2::text[]) AND attempts < 5
            AND NOT EXISTS (SELECT FROM workers
                            WHERE (instance_id = claimed_by OR (claimed_by IS NULL AND name = processed_by))
                              AND coalesce(estimated_completion > now() - interval '1 minute', true)
                              AND now() - last_seen <= CASE status WHEN 'online'
                                                           THEN 2 * heartbeat_interval * interval '1 second'
                                                           ELSE $4::bigint * interval '1 ms' END
                            OFFSET 0)
            AND NOT EXISTS (SELECT FROM outbox
                            WHERE order_number = orders.number AND message_type = 'order' OFFSET 0)
          ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED) AS orphans
    WHERE orders.id = orphans.id
    RETURNING orders.id)"};

/// The same for up to $1 orders of any station that are more urgent than some, whose workers have been gone for $2 ms
/// while others work there. Where nobody does, nobody is served before them.
inline constexpr Statement kTakeOutranked{"take_outranked", R"(
    UPDATE orders SET claim = NULL, claimed_message = NULL
    FROM (SELECT id FROM orders
          WHERE claim IS NOT NULL AND priority > 1 AND attempts < 5
            AND EXISTS (SELECT FROM workers
                        WHERE status = 'online' AND station = orders.station AND orders.type = ANY (order_types)
                          AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second')
            AND NOT EXISTS (SELECT FROM workers
                            WHERE (instance_id = claimed_by OR (claimed_by IS NULL AND name = processed_by))
                              AND now() - last_seen <= $2::bigint * interval '1 ms' +
                                      CASE status WHEN 'online' THEN 2 * heartbeat_interval * interval '1 second'
                                                  ELSE '0 s' END
                            OFFSET 0)
            AND NOT EXISTS (SELECT FROM outbox
                            WHERE order_number = orders.number AND message_type = 'order' OFFSET 0)
          LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED) AS orphans
    WHERE orders.id = orphans.id
    RETURNING orders.id, orders.station)"};

/// Up to $3 orders there that are in work under nobody.
inline constexpr Statement kLockUnclaimed{"lock_unclaimed", R"(
    SELECT id FROM orders
    WHERE station = $1 AND type = ANY ($2::text[]) AND claim IS NULL AND waiting_since IS NULL
      AND status IN ('cooking', 'out_for_delivery') AND attempts < 5
      AND EXISTS (SELECT FROM order_stages
                  WHERE order_id = orders.id AND order_stages.station = $1 AND finished_at IS NULL OFFSET 0)
      AND NOT EXISTS (SELECT FROM outbox WHERE order_number = orders.number AND message_type = 'order' OFFSET 0)
    ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)"};

/// Up to $3 orders there that have waited for $4 ms, the oldest first whatever their priority: a message is a turn, and
/// the most urgent order takes it. Of each precedence the first $5 are looked at. Locked rows are being taken.
inline constexpr Statement kLockForgotten{"lock_forgotten", R"(
    SELECT id FROM orders
    WHERE id = ANY (ARRAY(
        SELECT first.id
        FROM generate_series(1, 11) AS level, unnest($2::text[]) AS kind (type), LATERAL (
            SELECT id, number, waiting_since FROM orders AS candidate
            WHERE candidate.station = $1 AND candidate.type = kind.type AND candidate.precedence = level
              AND candidate.waiting_since IS NOT NULL AND candidate.attempts < 5
            ORDER BY id LIMIT $5) AS first
        WHERE waiting_since <= now() - $4::bigint * interval '1 ms'
          AND NOT EXISTS (SELECT FROM outbox WHERE order_number = first.number AND message_type = 'order' OFFSET 0)
        ORDER BY first.id LIMIT $3))
      AND station = $1 AND waiting_since IS NOT NULL AND attempts < 5
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"};

}  // namespace pizza::order::sql
