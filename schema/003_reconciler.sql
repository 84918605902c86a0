-- What the reconciler goes by: whose claim it is, orders in work that nobody claims, orders that are owed a message.

ALTER TABLE orders ADD COLUMN claimed_by uuid;  -- workers.instance_id of the process that made the claim

-- Very few: what was taken back from a worker that is gone and not resumed, and what the staff took out themselves.
CREATE INDEX orders_unclaimed ON orders (station, type)
    WHERE claim IS NULL AND waiting_since IS NULL AND status IN ('cooking', 'out_for_delivery');
CREATE INDEX outbox_by_order ON outbox (order_number) WHERE message_type = 'order';
