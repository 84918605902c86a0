-- The tables of the specification, column for column; what stands under "ours" is added to them.
-- Money is numeric, times are timestamptz, ids are bigint.

CREATE TABLE orders (
    id                   bigserial      PRIMARY KEY,
    created_at           timestamptz    NOT NULL DEFAULT now(),
    updated_at           timestamptz    NOT NULL DEFAULT now(),
    number               text           NOT NULL CONSTRAINT orders_number_once UNIQUE,
    customer_name        text           NOT NULL,
    type                 text           NOT NULL CONSTRAINT orders_type_known
                                        CHECK (type IN ('dine_in', 'takeout', 'delivery')),
    table_number         integer,
    delivery_address     text,
    total_amount         numeric(10, 2) NOT NULL,
    priority             integer        NOT NULL DEFAULT 1 CONSTRAINT orders_priority_range CHECK (priority BETWEEN 1 AND 10),
    status               text           NOT NULL DEFAULT 'received' CONSTRAINT orders_status_known
                                        CHECK (status IN ('received', 'cooking', 'ready', 'out_for_delivery',
                                                          'delivered', 'completed', 'cancelled')),
    processed_by         text,
    completed_at         timestamptz,
    -- ours
    customer_type        text           NOT NULL DEFAULT 'regular' CONSTRAINT orders_customer_type_known
                                        CHECK (customer_type IN ('regular', 'vip')),
    rush                 boolean        NOT NULL DEFAULT false,
    request_id           text,          -- of the POST; goes with the order into every log line about it
    intake_id            uuid,          -- made by order-service before the commit: tells whether a commit in doubt happened
    claim                uuid,          -- whose turn at the stove it is; the step to ready requires one's own
    claimed_message      text,          -- the message_id it is cooked under
    cooking_started_at   timestamptz,
    estimated_completion timestamptz,
    attempts             integer        NOT NULL DEFAULT 0  -- failed processings; five make a dead letter
) WITH (fillfactor = 80);

CREATE INDEX orders_waiting ON orders (type, priority, id) WHERE status = 'received';
CREATE INDEX orders_cooking ON orders (type, estimated_completion) WHERE status = 'cooking';

CREATE TABLE order_items (
    id         bigserial     PRIMARY KEY,
    created_at timestamptz   NOT NULL DEFAULT now(),
    order_id   bigint        REFERENCES orders (id),
    name       text          NOT NULL,
    quantity   integer       NOT NULL,
    price      numeric(8, 2) NOT NULL
);

CREATE INDEX order_items_by_order ON order_items (order_id);

CREATE TABLE order_status_log (
    id         bigserial   PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    order_id   bigint      REFERENCES orders (id),
    status     text,       -- NULL: an event that is no transition (a dead letter); `notes` says what
    changed_by text,
    changed_at timestamptz DEFAULT current_timestamp,
    notes      text
);

-- No status is ever entered twice, so no transition can be logged twice, whatever the code above does.
CREATE UNIQUE INDEX order_status_log_once ON order_status_log (order_id, status);

CREATE TABLE workers (
    id                 bigserial   PRIMARY KEY,
    created_at         timestamptz NOT NULL DEFAULT now(),
    name               text        NOT NULL CONSTRAINT workers_name_once UNIQUE,
    type               text        NOT NULL,
    status             text        NOT NULL DEFAULT 'online' CONSTRAINT workers_status_known
                                   CHECK (status IN ('online', 'offline')),
    last_seen          timestamptz NOT NULL DEFAULT current_timestamp,
    orders_processed   integer     NOT NULL DEFAULT 0,
    -- ours
    heartbeat_interval integer     NOT NULL DEFAULT 30,  -- seconds
    instance_id        uuid,       -- the process that holds the name now
    order_types        text[]      NOT NULL DEFAULT '{dine_in,takeout,delivery}',
    prefetch           integer     NOT NULL DEFAULT 1,
    cooking_time_ms    integer     NOT NULL DEFAULT 10000
) WITH (fillfactor = 50);

-- The last number given on each UTC day.
CREATE TABLE order_counters (
    day  date   PRIMARY KEY,
    last bigint NOT NULL
) WITH (fillfactor = 10);

-- Messages that are owed to the broker: written in the transaction that makes them true, deleted once confirmed.
CREATE TABLE outbox (
    id             bigserial   PRIMARY KEY,  -- the message_id, the same however often it is published
    created_at     timestamptz NOT NULL DEFAULT now(),
    exchange       text        NOT NULL,
    routing_key    text        NOT NULL,
    message_type   text        NOT NULL,
    priority       integer,
    order_number   text        NOT NULL,
    correlation_id text,
    body           text        NOT NULL,
    leased_until   timestamptz NOT NULL  -- until then the process that wrote it publishes it; afterwards anyone
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX outbox_due ON outbox (leased_until);
