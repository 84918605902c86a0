#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

using persistence::Statement;

/// Takes `$2` numbers of day `$1` and returns the last of them. Holds the day's row until the transaction ends.
inline constexpr Statement kTakeNumbers{"take_numbers", R"(
    INSERT INTO order_counters (day, last) VALUES ($1::date, $2::bigint)
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last + excluded.last
    RETURNING last)"};

/// Orders ($2…$12, one element each), their items ($13…$16) and their `received` log rows ($17: the notes).
inline constexpr Statement kInsertOrders{"insert_orders", R"(
    WITH placed AS (
        INSERT INTO orders (created_at, updated_at, number, customer_name, type, table_number, delivery_address,
                            total_amount, priority, customer_type, rush, request_id, intake_id)
        SELECT $1::timestamptz, $1::timestamptz, number, customer_name, type, table_number, delivery_address,
               total_amount, priority, customer_type, rush, request_id, intake_id
        FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::numeric[], $8::integer[],
                    $9::text[], $10::boolean[], $11::text[], $12::uuid[]) WITH ORDINALITY
             AS input (number, customer_name, type, table_number, delivery_address, total_amount, priority,
                       customer_type, rush, request_id, intake_id, position)
        ORDER BY position
        RETURNING id, number
    ), items AS (
        INSERT INTO order_items (created_at, order_id, name, quantity, price)
        SELECT $1::timestamptz, placed.id, input.name, input.quantity, input.price
        FROM unnest($13::text[], $14::text[], $15::integer[], $16::numeric[]) WITH ORDINALITY
             AS input (number, name, quantity, price, position)
             JOIN placed USING (number)
        ORDER BY position
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
