-- Asks the kitchen once more for every order that is not finished: after queues were purged, after the broker's data was
-- lost, after the database was restored. A message for an order that is looked after is dropped, so it does no harm.
--   psql -d restaurant_db -v ON_ERROR_STOP=1 -f deploy/republish.sql
-- No kitchen-worker may run: the claims of those that worked are taken back. order-service or the next worker publishes.
BEGIN;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_stat_activity
               WHERE datname = current_database() AND application_name LIKE 'kitchen-worker %') THEN
        RAISE EXCEPTION 'kitchen-workers are connected: stop them first';
    END IF;
END
$$;

-- Began, and nobody is at it now: whoever gets the message cooks what is left of its time.
UPDATE orders SET claim = NULL, claimed_message = NULL WHERE claim IS NOT NULL;

-- What failed five times is a dead letter; order-service --dead-letters redrive is for that.
INSERT INTO outbox (exchange, routing_key, message_type, priority, order_number, correlation_id, traceparent, body, leased_until)
SELECT CASE station WHEN 'cook' THEN 'orders_topic' ELSE 'orders_direct' END,
       CASE station WHEN 'cook' THEN 'kitchen.' || type || '.' || priority ELSE 'station.' || station END,
       'order', priority, number, coalesce(request_id, ''), coalesce(traceparent, ''),
       json_build_object('order_number', number, 'customer_name', customer_name, 'order_type', type,
                         'table_number', table_number, 'delivery_address', delivery_address,
                         'items', (SELECT json_agg(json_build_object('name', name, 'quantity', quantity, 'price', price) ORDER BY id)
                                   FROM order_items WHERE order_id = orders.id),
                         'total_amount', total_amount, 'priority', priority),
       now()
FROM orders
WHERE attempts < 5
  AND (waiting_since IS NOT NULL
       OR status IN ('cooking', 'out_for_delivery')
          AND EXISTS (SELECT FROM order_stages s WHERE s.order_id = orders.id AND s.station = orders.station AND s.finished_at IS NULL))
ORDER BY precedence DESC, orders.id;

COMMIT;
