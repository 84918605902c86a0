-- Least privilege, one role per service. Run once by an administrator after --setup-db, in the restaurant's database:
--   psql -d restaurant_db -f schema/roles.sql
-- Then give each a password (ALTER ROLE pizza_order PASSWORD '…') or certificate; none can log in without.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY ['pizza_order', 'pizza_kitchen', 'pizza_tracking'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
        EXECUTE format('GRANT SELECT ON schema_migrations TO %I', role);
    END LOOP;
END
$$;

-- order-service: takes orders and moves them for the staff, reads everything.
GRANT SELECT, INSERT, UPDATE ON orders, order_counters, customers, priority_counters TO pizza_order;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO pizza_order;
GRANT SELECT, INSERT ON order_items, order_status_log TO pizza_order;
GRANT SELECT ON workers, order_stages TO pizza_order;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO pizza_order;

-- kitchen-worker: moves orders on, registers itself; it cannot make an order.
GRANT SELECT, UPDATE ON orders TO pizza_kitchen;
GRANT SELECT ON order_items TO pizza_kitchen;
GRANT SELECT, INSERT ON order_status_log TO pizza_kitchen;
GRANT SELECT, INSERT, UPDATE ON workers, order_stages, priority_counters, customers TO pizza_kitchen;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO pizza_kitchen;

-- tracking-service: reads, and nothing else even by mistake.
GRANT SELECT ON orders, order_items, order_status_log, order_stages, workers, priority_counters TO pizza_tracking;
ALTER ROLE pizza_tracking SET default_transaction_read_only = on;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO pizza_order, pizza_kitchen;
