#pragma once

#include <cstdint>
#include <string>

#include "support/test_database.hpp"

namespace pizza::test {

/// An order as the services would have stored it: `store_order(database, {.type = "delivery", .status = "ready"})`.
struct StoredOrder {
  std::string number;  ///< empty: the next of 1 January 2026, counted on that day
  std::string type = "takeout";
  std::string status = "received";  ///< it waits for its cook; `cooking`: it is on the stove
  std::string station = "cook";     ///< at another one it waits, and its cook is done
  int priority = 1;
  std::string cook = "anna";  ///< the worker that cooks it or did; none has to be registered
  std::string age = "0 s";    ///< how long ago all of that happened
  std::string also;           ///< what else its row has, in SQL: `attempts = 5, waiting_since = NULL`
};

/// Stores the order's row, its item, the log of all that it passed and the stage of its cook, at once; returns its
/// number. What is no matter of one order alone is left out: customers, figures, messages.
std::string store_order(TestDatabase& database, const StoredOrder& order = {});

struct PastOrders {
  int days = 90;  ///< the last one is today (UTC)
  int items = 2;  ///< of each order
};

/// `count` orders that are behind a restaurant: finished or cancelled, evenly over the days, numbered from where each
/// day's counter is, with items, log, stages, customers (one for ten orders), answers kept under keys of the last day,
/// figures, and the 300 workers, offline, that cooked them. The schema must be there; the audit finds nothing wrong.
/// From 100 000 on the indexes that no constraint needs are made after the rows; then everything is vacuumed and
/// analysed. Ten million with one item take some minutes and 13 GB.
void store_orders(TestDatabase& database, std::int64_t count, const PastOrders& past = {});

/// `count` orders of all types and priorities that came today, within five minutes, and wait for a cook. Nobody is owed
/// a message about them: the reconciler would ask for them.
void store_waiting(TestDatabase& database, std::int64_t count);

/// `count` orders of all types on the stoves of eight workers `online_N` that have just been heard of.
void store_cooking(TestDatabase& database, std::int64_t count);

}  // namespace pizza::test
