-- Least privilege, one role per service and one for --prune. Run once by an administrator after --setup-db, in the restaurant's database,
-- and again after an upgrade; in one transaction (-1), so that services at work are never without their rights:
--   psql -1 -d restaurant_db -f schema/roles.sql
-- Then give each a password (ALTER ROLE pizza_order PASSWORD '…') or certificate; none can log in without.
-- Nobody else gets into the database but its owner: what every role may do by default is taken back.

DO $$
DECLARE
    role text;
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    -- Large objects are a way to write that no table's rights know of.
    REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) FROM PUBLIC;
    FOREACH role IN ARRAY ARRAY ['pizza_order', 'pizza_kitchen', 'pizza_tracking', 'pizza_prune'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', role);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
        -- What an earlier edition of this file granted is not left behind.
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', role);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM %I', role);
    END LOOP;
END
$$;

-- order-service: takes orders and moves them for the staff, reads everything.
GRANT SELECT ON schema_migrations TO pizza_order;
GRANT SELECT, INSERT, UPDATE ON orders, order_counters, customers, priority_counters TO pizza_order;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO pizza_order;
GRANT SELECT, INSERT ON order_items, order_status_log TO pizza_order;
GRANT SELECT ON workers, order_stages, pruned_orders TO pizza_order;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO pizza_order;
GRANT USAGE ON SEQUENCE orders_id_seq, order_items_id_seq, order_status_log_id_seq, customers_id_seq, outbox_id_seq
    TO pizza_order;

-- kitchen-worker: moves orders on, registers itself; it cannot make an order.
GRANT SELECT, UPDATE ON orders TO pizza_kitchen;
GRANT SELECT ON order_items TO pizza_kitchen;
GRANT INSERT ON order_status_log TO pizza_kitchen;
GRANT SELECT, INSERT, UPDATE ON workers, order_stages, priority_counters, customers TO pizza_kitchen;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO pizza_kitchen;
GRANT USAGE ON SEQUENCE order_status_log_id_seq, workers_id_seq, customers_id_seq, outbox_id_seq TO pizza_kitchen;

-- order-service --prune: deletes orders, and keeps their numbers. What answers HTTP has no right to delete any.
GRANT SELECT ON schema_migrations, order_counters, outbox TO pizza_prune;
GRANT SELECT, DELETE ON orders, order_items, order_status_log, order_stages TO pizza_prune;
GRANT UPDATE (traceparent) ON orders TO pizza_prune;  -- one column, so that it may lock what it deletes
GRANT SELECT, INSERT, UPDATE ON pruned_orders TO pizza_prune;

-- tracking-service: reads, and nothing else even by mistake.
GRANT SELECT ON orders, order_items, order_status_log, order_stages, workers, priority_counters TO pizza_tracking;
ALTER ROLE pizza_tracking SET default_transaction_read_only = on;
