#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "domain/order.hpp"

namespace pizza::tracking {

struct OrderState {
  std::int64_t id = 0;
  std::string status;
  domain::OrderType type = domain::OrderType::takeout;
  int precedence = 1;  ///< what the kitchen orders by
  core::TimePoint updated_at;
  std::optional<core::TimePoint>
      estimated_completion;  ///< ready or later: when it was ready; cooking: the forecast made then
  std::optional<std::string> processed_by;
};

struct Transition {
  std::string status;
  core::TimePoint changed_at;
  std::string changed_by;
};

/// A station that an order has reached.
struct PassedStation {
  std::string station;
  std::string worker;
  core::TimePoint started_at;
  std::optional<core::TimePoint> finished_at;  ///< nullopt: it is there
};

/// What only the staff may see.
struct CustomerDetails {
  std::string name;
  std::string type;
  std::optional<std::string> delivery_address;
};

struct ItemDetails {
  std::string name;
  std::int64_t quantity = 0;
  std::string price;  ///< exact decimal text
};

struct OrderDetails {
  OrderState state;
  std::optional<std::int64_t> table_number;
  std::string total_amount;  ///< exact decimal text
  std::int64_t priority = 1;
  bool rush = false;
  core::TimePoint created_at;
  std::optional<core::TimePoint> completed_at;
  CustomerDetails customer;
  std::vector<ItemDetails> items;
  std::vector<PassedStation> stages;  ///< in the order they were passed
};

struct ListedOrder {
  std::string number;
  std::string status;
  std::string type;
  std::string total_amount;  ///< exact decimal text
  std::int64_t priority = 1;
  core::TimePoint created_at;
  core::TimePoint updated_at;
  std::optional<core::TimePoint> completed_at;
  std::optional<std::string> processed_by;
  std::string customer_name;  ///< only for the staff
};

/// Newest first.
struct OrderPage {
  std::vector<ListedOrder> orders;
  bool more = false;  ///< older ones follow the last
};

struct WorkerState {
  std::string name;
  bool online = false;  ///< it says so, and was seen within twice its own heartbeat interval
  std::int64_t orders_processed = 0;
  core::TimePoint last_seen;
  std::string type;
  std::string station;
  std::vector<domain::OrderType> order_types;
  std::chrono::milliseconds working{0};  ///< over all `orders_processed`
  std::int64_t orders_failed = 0;
  core::TimePoint since;  ///< its first registration
  core::TimePoint online_since;
};

/// One class of priorities: what was counted today, and what waits for a cook now.
struct ClassFigures {
  std::string name;  ///< `high`, `medium`, `normal`
  std::int64_t received = 0;
  std::int64_t started = 0;
  std::chrono::milliseconds waited{0};  ///< over all `started`
  std::chrono::milliseconds worst_wait{0};
  std::int64_t waiting = 0;
  std::chrono::milliseconds longest_waiting{0};
};

struct PriorityFigures {
  std::string day;                    ///< UTC, `2024-12-16`
  std::vector<ClassFigures> classes;  ///< the three of them, high first
};

}  // namespace pizza::tracking
