-- Every promised order against what was stored: one line for each thing that is not as it must be, else nothing.
-- Needs a table promised(number, type, priority), a row for each answer 200.
WITH faults(fault, example, count) AS (
    SELECT 'promised, but not stored', min(p.number), count(*) FROM promised p WHERE NOT EXISTS (SELECT FROM orders o WHERE o.number = p.number)
    UNION ALL SELECT 'stored, but never promised', min(o.number), count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM promised p WHERE p.number = o.number)
    UNION ALL SELECT 'one number promised twice', min(number), count(*) FROM (SELECT number FROM promised GROUP BY number HAVING count(*) > 1) d
    UNION ALL SELECT 'not ready', min(number), count(*) FROM orders WHERE status <> 'ready'
    UNION ALL SELECT 'another type or priority than promised', min(o.number), count(*) FROM orders o JOIN promised p USING (number)
              WHERE o.type <> p.type OR o.assigned_priority <> p.priority
    UNION ALL SELECT 'a log that is not received, cooking, ready', min(number), count(*) FROM orders o
              WHERE (SELECT array_agg(l.status ORDER BY l.id) FROM order_status_log l WHERE l.order_id = o.id AND l.status IS NOT NULL)
                    IS DISTINCT FROM ARRAY['received', 'cooking', 'ready']
    UNION ALL SELECT 'a total that is not the sum', min(number), count(*) FROM orders o
              WHERE total_amount IS DISTINCT FROM (SELECT sum(quantity * price) FROM order_items i WHERE i.order_id = o.id)
    UNION ALL SELECT 'a gap in the numbers', min(day)::text, count(*) FROM order_counters c
              WHERE last <> (SELECT count(*) FROM orders WHERE number LIKE 'ORD\_' || to_char(c.day, 'YYYYMMDD') || '\_%')
    UNION ALL SELECT 'a message still owed', min(order_number), count(*) FROM outbox
    UNION ALL SELECT 'the workers counted another number of orders', NULL, abs((SELECT sum(orders_processed) FROM workers) - (SELECT count(*) FROM orders)))
SELECT fault || ': ' || count || coalesce(', e.g. ' || example, '') FROM faults WHERE count > 0;
