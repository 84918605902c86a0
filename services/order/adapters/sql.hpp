#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

using persistence::Statement;

/// What is known of customers, by name.
inline constexpr Statement kFindCustomers{"find_customers", R"(
    SELECT name, type, orders_completed FROM customers WHERE name = ANY ($1::text[]))"};

/// Holds each key until the transaction ends, if no other transaction does: never waits.
inline constexpr Statement kHoldKeys{"hold_keys", R"(
    SELECT key, pg_try_advisory_xact_lock(hashtextextended(key, 20241216)) FROM unnest($1::text[]) AS input (key))"};

/// The answers kept under keys since `$2`.
inline constexpr Statement kFindKeys{"find_keys", R"(
    SELECT kept.key, kept.body_hash, orders.number, orders.type, orders.total_amount,
           coalesce(orders.assigned_priority, orders.priority), kept.estimated_completion
    FROM idempotency_keys AS kept JOIN orders ON orders.number = kept.order_number
    WHERE kept.key = ANY ($1::text[]) AND kept.created_at > $2::timestamptz)"};

/// Keeps answers ($3…$6) under keys that are held and have no answer younger than `$2`. Deletes some that are older,
/// more than come in; it passes over those that another transaction has in hand, so it waits for nobody.
inline constexpr Statement kKeepKeys{"keep_keys", R"(
    WITH expired AS (
        DELETE FROM idempotency_keys
        WHERE key = ANY (ARRAY(SELECT key FROM idempotency_keys
                               WHERE created_at <= $2::timestamptz AND key <> ALL ($3::text[])
                               ORDER BY created_at LIMIT 512 FOR UPDATE SKIP LOCKED))
    )
    INSERT INTO idempotency_keys (created_at, key, body_hash, order_number, estimated_completion)
    SELECT $1::timestamptz, key, body_hash, order_number, estimated_completion
    FROM unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[])
         AS input (key, body_hash, order_number, estimated_completion)
    ON CONFLICT (key) DO UPDATE
    SET created_at = excluded.created_at, body_hash = excluded.body_hash, order_number = excluded.order_number,
        estimated_completion = excluded.estimated_completion)"};

/// Takes `$2` numbers of day `$1` and returns the last of them. Holds the day's row until the transaction ends.
inline constexpr Statement kTakeNumbers{"take_numbers", R"(
    INSERT INTO order_counters (day, last) VALUES ($1::date, $2::bigint)
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last + excluded.last
    RETURNING last)"};

/// Orders ($2…$12, one element each; $18: their traces), their items ($13…$16) and their `received` log rows ($17: the
/// notes); counts them for their customers and, on day $19, for the classes of their priorities ($20). Customers are
/// touched in the order of their names, here and wherever else several are, so that nobody waits in a ring.
inline constexpr Statement kInsertOrders{"insert_orders", R"(
    WITH placed AS (
        INSERT INTO orders (created_at, updated_at, number, customer_name, type, table_number, delivery_address,
                            total_amount, priority, assigned_priority, customer_type, rush, request_id, intake_id,
                            traceparent)
        SELECT $1::timestamptz, $1::timestamptz, number, customer_name, type, table_number, delivery_address,
               total_amount, priority, priority, customer_type, rush, request_id, intake_id, traceparent
        FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::numeric[], $8::integer[],
                    $9::text[], $10::boolean[], $11::text[], $12::uuid[], $18::text[]) WITH ORDINALITY
             AS input (number, customer_name, type, table_number, delivery_address, total_amount, priority,
                       customer_type, rush, request_id, intake_id, traceparent, position)
        ORDER BY position
        RETURNING id, number
    ), items AS (
        INSERT INTO order_items (created_at, order_id, name, quantity, price)
        SELECT $1::timestamptz, placed.id, input.name, input.quantity, input.price
        FROM unnest($13::text[], $14::text[], $15::integer[], $16::numeric[]) WITH ORDINALITY
             AS input (number, name, quantity, price, position)
             JOIN placed USING (number)
        ORDER BY position
    ), customers_of AS (
        INSERT INTO customers (created_at, updated_at, name, orders_placed)
        SELECT $1::timestamptz, $1::timestamptz, name, count(*)
        FROM unnest($3::text[]) AS input (name) GROUP BY name ORDER BY name
        ON CONFLICT (name) DO UPDATE
        SET orders_placed = customers.orders_placed + excluded.orders_placed, updated_at = excluded.updated_at
    ), classes AS (
        INSERT INTO priority_counters (day, class, counted_by, received)
        SELECT $19::date, class, 'order-service', count(*)
        FROM unnest($20::text[]) AS input (class) GROUP BY class ORDER BY class
        ON CONFLICT (day, class, counted_by) DO UPDATE
        SET received = priority_counters.received + excluded.received
    )
    INSERT INTO order_status_log (created_at, changed_at, order_id, status, changed_by, notes)
    SELECT $1::timestamptz, $1::timestamptz, placed.id, 'received', 'order-service', input.notes
    FROM unnest($2::text[], $17::text[]) AS input (number, notes) JOIN placed USING (number))"};

/// Waits for whoever still holds the day's row: afterwards a commit in doubt has happened or never will. An insert,
/// since a row that is not committed yet cannot be locked.
inline constexpr Statement kAwaitDay{"await_day", R"(
    INSERT INTO order_counters (day, last) VALUES ($1::date, 0)
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last)"};

inline constexpr Statement kFindPlaced{"find_placed", R"(
    SELECT count(*) FROM orders WHERE number = ANY ($1::text[]) AND intake_id = ANY ($2::uuid[]))"};

}  // namespace pizza::order::sql
