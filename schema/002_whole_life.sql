-- The whole life of an order: customers, precedence over the whole kitchen, stations, idempotency keys, and figures.

CREATE TABLE customers (
    id               bigserial   PRIMARY KEY,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    name             text        NOT NULL CONSTRAINT customers_name_once UNIQUE,  -- as orders.customer_name
    type             text        NOT NULL DEFAULT 'regular' CONSTRAINT customers_type_known
                                 CHECK (type IN ('regular', 'vip')),              -- 'vip': every order of theirs is
    orders_placed    bigint      NOT NULL DEFAULT 0,
    orders_completed bigint      NOT NULL DEFAULT 0  -- delivered or completed, each order once; above 0: a repeat customer
) WITH (fillfactor = 70);

ALTER TABLE orders
    ADD COLUMN assigned_priority integer,                    -- as it was received; the figures go by it
    ADD COLUMN promotions        integer NOT NULL DEFAULT 0, -- steps up for a long wait
    ADD COLUMN overdue           boolean NOT NULL DEFAULT false,  -- promoted as far as it goes: before every other
    ADD COLUMN precedence        integer GENERATED ALWAYS AS (CASE WHEN overdue THEN 11 ELSE priority END) STORED,
    ADD COLUMN station           text    NOT NULL DEFAULT 'cook' CONSTRAINT orders_station_known
                                 CHECK (station IN ('cook', 'quality', 'packaging', 'courier')),
    ADD COLUMN waiting_since     timestamptz,                -- it waits for `station`; NULL: someone works at it, or nobody will
    ADD COLUMN traceparent       text;

-- Orders that were on their way when the schema changed. The claim of an order is cleared with its step from now on.
UPDATE orders SET assigned_priority = priority,
                  waiting_since = CASE WHEN status = 'received' THEN created_at END,
                  claim = CASE WHEN status = 'cooking' AND attempts < 5 THEN claim END,
                  claimed_message = CASE WHEN status = 'cooking' AND attempts < 5 THEN claimed_message END;
ALTER TABLE orders ALTER COLUMN waiting_since SET DEFAULT now();

DROP INDEX orders_waiting;
CREATE INDEX orders_waiting ON orders (station, type, precedence, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX orders_waiting_long ON orders (promotions, waiting_since)
    WHERE waiting_since IS NOT NULL AND NOT overdue AND attempts < 5;
CREATE INDEX orders_cancelled ON orders (processed_by, updated_at) WHERE status = 'cancelled';
CREATE INDEX orders_held ON orders (claimed_message) WHERE claim IS NOT NULL;
CREATE INDEX orders_by_status ON orders (status, type, id);  -- lists by either or both read a page of ids for each pair

-- The stations an order passed or is at. One row for each, so that none is passed twice.
CREATE TABLE order_stages (
    order_id    bigint      NOT NULL REFERENCES orders (id),
    station     text        NOT NULL CONSTRAINT order_stages_station_known
                            CHECK (station IN ('cook', 'quality', 'packaging', 'courier')),
    worker_name text        NOT NULL,  -- who works at it, or did
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (order_id, station)
) WITH (fillfactor = 80);

INSERT INTO order_stages (order_id, station, worker_name, started_at)
SELECT id, 'cook', coalesce(processed_by, ''), coalesce(cooking_started_at, updated_at)
FROM orders WHERE status = 'cooking';

ALTER TABLE workers
    ADD COLUMN station          text        NOT NULL DEFAULT 'cook',
    ADD COLUMN working_ms       bigint      NOT NULL DEFAULT 0,  -- over all orders_processed
    ADD COLUMN orders_failed    bigint      NOT NULL DEFAULT 0,  -- failed processings
    ADD COLUMN online_since     timestamptz NOT NULL DEFAULT now();

-- What GET /stats/priorities adds up. Each writer has rows of its own, so that nobody waits for another's commit.
CREATE TABLE priority_counters (
    day           date   NOT NULL,  -- UTC
    class         text   NOT NULL CONSTRAINT priority_counters_class_known CHECK (class IN ('high', 'medium', 'normal')),
    counted_by    text   NOT NULL,  -- 'order-service', or the cook
    received      bigint NOT NULL DEFAULT 0,
    started       bigint NOT NULL DEFAULT 0,  -- cooking began
    waited_ms     bigint NOT NULL DEFAULT 0,  -- from received to cooking, over all `started`
    worst_wait_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (day, class, counted_by)
) WITH (fillfactor = 20);

-- POST /orders with an Idempotency-Key: what was answered first. Kept for 24 hours.
CREATE TABLE idempotency_keys (
    key                  text        PRIMARY KEY,
    created_at           timestamptz NOT NULL DEFAULT now(),
    body_hash            text        NOT NULL,  -- SHA-256 of the body, hexadecimal
    order_number         text        NOT NULL,
    estimated_completion timestamptz NOT NULL   -- as answered
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

ALTER TABLE outbox ADD COLUMN traceparent text;
