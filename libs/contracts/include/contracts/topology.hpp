#pragma once

#include <array>
#include <string>
#include <string_view>

#include "domain/order.hpp"
#include "domain/station.hpp"

namespace pizza::contracts {

// Names of CONTRACT §3; binding.
inline constexpr std::string_view kOrdersTopic = "orders_topic";
inline constexpr std::string_view kOrdersDirect = "orders_direct";
inline constexpr std::string_view kNotificationsFanout = "notifications_fanout";
inline constexpr std::string_view kKitchenDlx = "kitchen_dlx";
inline constexpr std::string_view kKitchenQueue = "kitchen_queue";
inline constexpr std::string_view kDeadLetterQueue = "kitchen_dead_letter_queue";
inline constexpr std::string_view kNotificationsQueue = "notifications_queue";
// Of the earlier text: the queues of the stations after the cook.
inline constexpr std::string_view kQualityQueue = "quality_queue";
inline constexpr std::string_view kPackagingQueue = "packaging_queue";
inline constexpr std::string_view kDeliveryQueue = "delivery_queue";
inline constexpr int kMaxPriority = 10;
/// PostgreSQL's notification that an order in work was cancelled; its payload is the order's number.
inline constexpr std::string_view kCancelledChannel = "order_cancelled";

/// `kitchen_dine_in_queue` and its sisters.
std::string_view kitchen_queue(domain::OrderType type);
/// `kitchen.{order_type}.{priority}`: routed to exactly one kitchen queue.
std::string order_routing_key(domain::OrderType type, int priority);

/// Where an order message goes so that `station` takes it up.
struct Address {
  std::string exchange;
  std::string routing_key;
};
Address address_of(domain::Station station, domain::OrderType type, int priority);

struct ExchangeSpec {
  std::string_view name;
  std::string_view type;
};
struct QueueSpec {
  std::string_view name;
  int max_priority = 0;  ///< 0: no such argument
};
struct BindingSpec {
  std::string_view queue;
  std::string_view exchange;
  std::string_view routing_key;
};

/// The whole table; every executable declares the part it needs, idempotently.
inline constexpr std::array kExchanges{ExchangeSpec{kOrdersTopic, "topic"}, ExchangeSpec{kOrdersDirect, "direct"},
                                       ExchangeSpec{kNotificationsFanout, "fanout"},
                                       ExchangeSpec{kKitchenDlx, "fanout"}};
inline constexpr std::array kKitchenQueues{
    QueueSpec{"kitchen_dine_in_queue", kMaxPriority}, QueueSpec{"kitchen_takeout_queue", kMaxPriority},
    QueueSpec{"kitchen_delivery_queue", kMaxPriority}, QueueSpec{kKitchenQueue, kMaxPriority}};
inline constexpr std::array kKitchenBindings{BindingSpec{"kitchen_dine_in_queue", kOrdersTopic, "kitchen.dine_in.*"},
                                             BindingSpec{"kitchen_takeout_queue", kOrdersTopic, "kitchen.takeout.*"},
                                             BindingSpec{"kitchen_delivery_queue", kOrdersTopic, "kitchen.delivery.*"},
                                             BindingSpec{kKitchenQueue, kOrdersDirect, "kitchen.order"},
                                             BindingSpec{kKitchenQueue, kOrdersTopic, "kitchen.order"}};
inline constexpr std::array kStationQueues{QueueSpec{kQualityQueue, kMaxPriority},
                                           QueueSpec{kPackagingQueue, kMaxPriority},
                                           QueueSpec{kDeliveryQueue, kMaxPriority}};
inline constexpr std::array kStationBindings{BindingSpec{kQualityQueue, kOrdersDirect, "station.quality"},
                                             BindingSpec{kPackagingQueue, kOrdersDirect, "station.packaging"},
                                             BindingSpec{kDeliveryQueue, kOrdersDirect, "station.courier"}};

}  // namespace pizza::contracts
