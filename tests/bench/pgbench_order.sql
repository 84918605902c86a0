-- One transaction for each order: the day's counter, the order, two items, the log.
\set name random(1, 17576)
\set total random(100, 99999)
BEGIN;
INSERT INTO order_counters (day, last) VALUES (current_date, 1)
    ON CONFLICT (day) DO UPDATE SET last = order_counters.last + 1 RETURNING last \gset
INSERT INTO orders (number, customer_name, type, total_amount)
    VALUES ('ORD_' || to_char(current_date, 'YYYYMMDD') || '_' || :last, 'Customer ' || :name, 'takeout', :total / 100.0) RETURNING id \gset
INSERT INTO order_items (order_id, name, quantity, price) VALUES (:id, 'Margherita', 1, 12.50);
INSERT INTO order_items (order_id, name, quantity, price) VALUES (:id, 'Salami', 2, 9.99);
INSERT INTO order_status_log (order_id, status, changed_by) VALUES (:id, 'received', 'pgbench');
COMMIT;
