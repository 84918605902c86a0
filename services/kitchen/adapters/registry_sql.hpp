#pragma once

#include "persistence/statement.hpp"

namespace pizza::kitchen::sql {

using persistence::Statement;

/// Registers the name, unless a live process holds it. Stale by its own heartbeat counts as gone.
inline constexpr Statement kRegister{"register_worker", R"(
    INSERT INTO workers (name, type, status, last_seen, heartbeat_interval, instance_id, order_types, prefetch,
                         cooking_time_ms, station, online_since)
    VALUES ($1, $2, 'online', now(), $3, $4::uuid, $5::text[], $6, $7, $8, now())
    ON CONFLICT (name) DO UPDATE
    SET type = excluded.type, status = 'online', last_seen = now(), heartbeat_interval = excluded.heartbeat_interval,
        instance_id = excluded.instance_id, order_types = excluded.order_types, prefetch = excluded.prefetch,
        cooking_time_ms = excluded.cooking_time_ms, station = excluded.station, online_since = now()
    WHERE workers.status = 'offline' OR workers.instance_id = excluded.instance_id
       OR now() - workers.last_seen > 2 * workers.heartbeat_interval * interval '1 second'
    RETURNING last_seen)"};

/// One registration at a time, so that two cannot both be the last one allowed.
inline constexpr Statement kLockRegistry{"lock_registry",
                                         "SELECT pg_advisory_xact_lock(hashtext('wheres-my-pizza workers'))"};

inline constexpr Statement kCountOthers{"count_other_workers", R"(
    SELECT count(*) FROM workers
    WHERE name <> $1 AND status = 'online'
      AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second')"};

inline constexpr Statement kHeartbeat{"worker_heartbeat", R"(
    UPDATE workers SET last_seen = now(), status = 'online' WHERE name = $1 AND instance_id = $2::uuid
    RETURNING last_seen)"};

inline constexpr Statement kSignOff{"worker_sign_off", R"(
    UPDATE workers SET last_seen = now(), status = 'offline' WHERE name = $1 AND instance_id = $2::uuid)"};

/// Each further statement of this transaction has $1 ms.
inline constexpr Statement kHurry{"hurry", "SELECT set_config('statement_timeout', $1, true)"};

/// What was cancelled under the worker $1 since a while before $2: it may not have heard of it. A cancellation is dated
/// when it is written, and told when it is committed.
inline constexpr Statement kMissedCancellations{"missed_cancellations", R"(
    SELECT number FROM orders
    WHERE status = 'cancelled' AND processed_by = $1 AND updated_at > $2::timestamptz - interval '1 minute'
    ORDER BY id)"};

inline constexpr Statement kWasCancelled{"was_cancelled",
                                         "SELECT number FROM orders WHERE number = $1 AND status = 'cancelled'"};

/// One worker promotes at a time; the others have nothing to add.
inline constexpr Statement kMayPromote{"may_promote",
                                       "SELECT pg_try_advisory_xact_lock(hashtext('wheres-my-pizza promotions'))"};

/// A step up for each order that has waited $1 ms longer since the last one, for the worker $2; at most $3 of them.
/// Those that took the most steps have waited longest. For each number of steps the index orders_waiting_long has them
/// by their wait, so that none is read that is not due, however many wait. An order that failed five times waits for an
/// operator, not for a worker. Locked rows are being worked at.
inline constexpr Statement kPromote{"promote_orders", R"(
    WITH RECURSIVE steps (taken) AS (
        (SELECT promotions FROM orders WHERE waiting_since IS NOT NULL AND NOT overdue AND attempts < 5
         ORDER BY promotions DESC LIMIT 1)
        UNION ALL
        SELECT (SELECT promotions FROM orders
                WHERE waiting_since IS NOT NULL AND NOT overdue AND attempts < 5 AND promotions < taken
                ORDER BY promotions DESC LIMIT 1)
        FROM steps WHERE taken > 0
    ), waiting AS (
        SELECT due.id, due.priority
        FROM (SELECT taken FROM steps WHERE taken IS NOT NULL ORDER BY taken DESC) AS steps, LATERAL (
            SELECT id, priority FROM orders
            WHERE promotions = taken AND waiting_since <= now() - (taken + 1) * $1::bigint * interval '1 ms'
              AND NOT overdue AND attempts < 5
            ORDER BY waiting_since LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED) AS due
        LIMIT $3
    ), promoted AS (
        UPDATE orders SET promotions = promotions + 1, updated_at = now(), overdue = waiting.priority >= 5,
                          priority = CASE WHEN waiting.priority < 5 THEN 5 ELSE 10 END
        FROM waiting WHERE orders.id = waiting.id AND orders.id = ANY (ARRAY(SELECT id FROM waiting))
        RETURNING orders.id, number, request_id,
                  'priority ' || waiting.priority || ' -> '
                      || CASE WHEN waiting.priority < 10 THEN orders.priority::text ELSE 'overdue' END
                      || ': waited longer than ' || trim_scale(promotions * $1::bigint / 1000.0) || ' s' AS step
    ), logged AS (
        INSERT INTO order_status_log (order_id, changed_by, notes) SELECT id, $2, step FROM promoted ORDER BY id
    )
    SELECT number, coalesce(request_id, ''), step FROM promoted ORDER BY id)"};

}  // namespace pizza::kitchen::sql
