#pragma once

#include "persistence/statement.hpp"

namespace pizza::kitchen::sql {

using persistence::Statement;

/// Registers the name, unless a live process holds it. Stale by its own heartbeat counts as gone.
inline constexpr Statement kRegister{"register_worker", R"(
    INSERT INTO workers (name, type, status, last_seen, heartbeat_interval, instance_id, order_types, prefetch,
                         cooking_time_ms)
    VALUES ($1, $2, 'online', now(), $3, $4::uuid, $5::text[], $6, $7)
    ON CONFLICT (name) DO UPDATE
    SET type = excluded.type, status = 'online', last_seen = now(), heartbeat_interval = excluded.heartbeat_interval,
        instance_id = excluded.instance_id, order_types = excluded.order_types, prefetch = excluded.prefetch,
        cooking_time_ms = excluded.cooking_time_ms
    WHERE workers.status = 'offline' OR workers.instance_id = excluded.instance_id
       OR now() - workers.last_seen > 2 * workers.heartbeat_interval * interval '1 second'
    RETURNING id)"};

/// One registration at a time, so that two cannot both be the last one allowed.
inline constexpr Statement kLockRegistry{"lock_registry",
                                         "SELECT pg_advisory_xact_lock(hashtext('wheres-my-pizza workers'))"};

inline constexpr Statement kCountOthers{"count_other_workers", R"(
    SELECT count(*) FROM workers
    WHERE name <> $1 AND status = 'online'
      AND now() - last_seen <= 2 * heartbeat_interval * interval '1 second')"};

inline constexpr Statement kHeartbeat{"worker_heartbeat", R"(
    UPDATE workers SET last_seen = now(), status = 'online' WHERE name = $1 AND instance_id = $2::uuid)"};

inline constexpr Statement kSignOff{"worker_sign_off", R"(
    UPDATE workers SET last_seen = now(), status = 'offline' WHERE name = $1 AND instance_id = $2::uuid)"};

}  // namespace pizza::kitchen::sql
