-- What was promised and shown against what was stored: a row (kind, order or '-', what) for each thing that is not as it
-- must be, once all is quiet; else none. Stands on two tables that books.cpp fills:
--   guests(name, type, outcome, number, priority, cancel, answers): every order somebody wanted, and what they were told
--   shown(number, old_status, new_status): every line of the subscriber
WITH log AS (
    SELECT o.number, o.status AS is_now, array_agg(l.status ORDER BY l.id) AS went,
           array_agg(l.changed_at ORDER BY l.id) AS at, array_agg(l.changed_at ORDER BY l.changed_at, l.id) AS sorted
    FROM orders o LEFT JOIN order_status_log l ON l.order_id = o.id AND l.status IS NOT NULL GROUP BY o.id
), steps AS (
    SELECT o.number, lag(l.status) OVER (PARTITION BY l.order_id ORDER BY l.id) AS old_status, l.status AS new_status
    FROM order_status_log l JOIN orders o ON o.id = l.order_id WHERE l.status IS NOT NULL
), numbers AS (
    SELECT to_date(substr(number, 5, 8), 'YYYYMMDD') AS day, count(*) AS given, max(substr(number, 14)::bigint) AS highest
    FROM orders GROUP BY 1
)
SELECT 'lost', g.number, 'promised to ' || g.name || ', not stored as theirs: ' || g.answers
FROM guests g WHERE g.outcome = 'promised'
    AND NOT EXISTS (SELECT FROM orders o WHERE o.number = g.number AND o.customer_name = g.name)
UNION ALL SELECT 'made_up', o.number, 'stored, but nobody ordered it' FROM orders o
    WHERE NOT EXISTS (SELECT FROM guests g WHERE g.name = o.customer_name)
UNION ALL SELECT 'made_up', o.number, 'stored, but refused to ' || g.name || ': ' || g.answers
    FROM guests g JOIN orders o ON o.customer_name = g.name WHERE g.outcome = 'refused'
UNION ALL SELECT 'doubled', min(o.number), 'one wish of ' || o.customer_name || ' is ' || count(*) || ' orders'
    FROM orders o GROUP BY o.customer_name HAVING count(*) > 1
UNION ALL SELECT 'unsettled', '-', name || ' still does not know: ' || answers FROM guests WHERE outcome = 'open'
UNION ALL SELECT 'other', o.number, 'not the type or priority that was promised' FROM guests g JOIN orders o USING (number)
    WHERE g.outcome = 'promised' AND (o.type, o.assigned_priority::text) IS DISTINCT FROM (g.type, g.priority)
UNION ALL SELECT 'stuck', number, 'is ' || status || ', waits since ' || coalesce(waiting_since::text, '-') || ', under ' ||
           coalesce(claimed_message, '-') || ' by ' || coalesce(processed_by, '-') || ', attempts ' || attempts
    FROM orders WHERE status NOT IN ('ready', 'cancelled') OR claim IS NOT NULL OR attempts <> 0
UNION ALL SELECT 'cancelled', o.number, 'is ' || o.status || ', to its cancel was answered: ' || g.answers
    FROM orders o JOIN guests g ON g.name = o.customer_name
    WHERE (o.status = 'cancelled' AND g.cancel NOT IN ('done', 'unknown')) OR (o.status <> 'cancelled' AND g.cancel = 'done')
UNION ALL SELECT 'log', number, 'is ' || is_now || ', its log: ' || array_to_string(went, ' ', '?') FROM log
    WHERE went[array_length(went, 1)] IS DISTINCT FROM is_now
       OR array_to_string(went, ' ', '?') NOT IN ('received cooking ready', 'received cancelled', 'received cooking cancelled',
                                                  'received cooking ready cancelled')
UNION ALL SELECT 'out_of_order', number, 'log times: ' || at::text FROM log WHERE at <> sorted
UNION ALL SELECT 'dead_letter', o.number, l.notes FROM order_status_log l JOIN orders o ON o.id = l.order_id
    WHERE l.status IS NULL AND l.notes LIKE 'dead letter%'
UNION ALL SELECT 'wrong_total', number, 'total ' || total_amount FROM orders o
    WHERE total_amount IS DISTINCT FROM (SELECT sum(quantity * price) FROM order_items i WHERE i.order_id = o.id)
UNION ALL SELECT 'number', '-', day || ': ' || given || ' numbers given, highest ' || highest || ', counter ' || last
    FROM numbers FULL JOIN order_counters USING (day) WHERE given IS DISTINCT FROM highest OR given IS DISTINCT FROM last
UNION ALL SELECT 'outbox', order_number, 'still owed: ' || message_type || ' ' || id || ' of ' || created_at FROM outbox
UNION ALL SELECT 'stage', o.number, 'ready, but its stage is not finished' FROM orders o
    WHERE o.status = 'ready'
      AND (SELECT count(*) FILTER (WHERE finished_at IS NOT NULL) FROM order_stages s WHERE s.order_id = o.id) <> 1
UNION ALL SELECT 'overtaken', o.number, 'finished by ' || l.changed_by || ', but it was in the hands of ' || o.processed_by
    FROM orders o JOIN order_status_log l ON l.order_id = o.id AND l.status = 'ready'
    WHERE l.changed_by IS DISTINCT FROM o.processed_by
UNION ALL SELECT 'figures', '-', 'the workers finished ' || (SELECT coalesce(sum(orders_processed), 0) FROM workers) || ' orders, the log ' || count(*)
    FROM steps WHERE new_status = 'ready' HAVING count(*) <> (SELECT coalesce(sum(orders_processed), 0) FROM workers)
UNION ALL SELECT 'figures', '-', 'counted as begun ' || (SELECT coalesce(sum(started), 0) FROM priority_counters) || ', the log ' || count(*)
    FROM steps WHERE new_status = 'cooking' HAVING count(*) <> (SELECT coalesce(sum(started), 0) FROM priority_counters)
UNION ALL SELECT 'figures', '-', 'counted as received ' || (SELECT coalesce(sum(received), 0) FROM priority_counters) || ', stored ' || count(*)
    FROM orders HAVING count(*) <> (SELECT coalesce(sum(received), 0) FROM priority_counters)
UNION ALL SELECT 'figures', min(o.number), 'the orders of ' || o.customer_name || ' are not counted as ' || count(*)
    FROM orders o LEFT JOIN customers c ON c.name = o.customer_name GROUP BY o.customer_name, c.orders_placed
    HAVING c.orders_placed IS DISTINCT FROM count(*)
UNION ALL SELECT 'unannounced', number, old_status || ' to ' || new_status FROM steps s WHERE old_status IS NOT NULL
    AND NOT EXISTS (SELECT FROM shown WHERE (shown.number, shown.old_status, shown.new_status) = (s.number, s.old_status, s.new_status))
UNION ALL SELECT 'made_up', number, 'shown, but never happened: ' || old_status || ' to ' || new_status FROM shown
    WHERE NOT EXISTS (SELECT FROM steps s WHERE (s.number, s.old_status, s.new_status) = (shown.number, shown.old_status, shown.new_status))
