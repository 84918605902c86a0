-- One order by its number, of those that the bench stored: :days days from :first of one month, :from to :to of each.
\set day :first + random(0, :days - 1)
\set n random(:from, :to)
SELECT id, status, type, updated_at, estimated_completion, processed_by FROM orders
    WHERE number = 'ORD_' || :day || '_' || :n;
