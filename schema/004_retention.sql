-- Which numbers of a day belonged to orders that --prune deleted: written with the deletion, so that the audit still tells
-- a number that is missing from one that is gone on purpose. Runs of numbers merge, so a whole day is one range.

CREATE TABLE pruned_orders (
    day     date           PRIMARY KEY REFERENCES order_counters (day),
    numbers int8multirange NOT NULL
) WITH (fillfactor = 50);
