#include "contracts/topology.hpp"

#include <algorithm>
#include <string_view>

#include <catch2/catch.hpp>

namespace pizza::contracts {
namespace {

/// Whether a topic binding with at most one `*`, in the place of the last word, takes `key`.
bool takes(std::string_view pattern, std::string_view key) {
  if (!pattern.ends_with(".*")) return pattern == key;
  const auto prefix = pattern.substr(0, pattern.size() - 1);
  return key.starts_with(prefix) && key.substr(prefix.size()).find('.') == std::string_view::npos;
}

TEST_CASE("routing keys name type and priority") {
  CHECK(order_routing_key(domain::OrderType::takeout, 1) == "kitchen.takeout.1");
  CHECK(order_routing_key(domain::OrderType::dine_in, 5) == "kitchen.dine_in.5");
  CHECK(order_routing_key(domain::OrderType::delivery, 10) == "kitchen.delivery.10");
}

TEST_CASE("an order of any type and priority is routed to the one queue of its type") {
  for (const auto type : domain::kOrderTypes) {
    for (int priority = 1; priority <= kMaxPriority; ++priority) {
      const auto key = order_routing_key(type, priority);
      CAPTURE(key);
      int routes = 0;
      for (const auto& binding : kKitchenBindings) {
        if (binding.exchange != kOrdersTopic || !takes(binding.routing_key, key)) continue;
        ++routes;
        CHECK(binding.queue == kitchen_queue(type));
      }
      CHECK(routes == 1);
    }
  }
}

TEST_CASE("every queue that is bound or used is declared, as a priority queue") {
  const auto is_declared = [](std::string_view name) {
    return std::ranges::any_of(kKitchenQueues,
                               [&](const QueueSpec& q) { return q.name == name && q.max_priority == 10; });
  };
  for (const auto& binding : kKitchenBindings) CHECK(is_declared(binding.queue));
  for (const auto type : domain::kOrderTypes) CHECK(is_declared(kitchen_queue(type)));
  CHECK(is_declared("kitchen_queue"));
}

TEST_CASE("each station after the cook has one queue, bound by the key that its messages carry") {
  for (const auto station : {domain::Station::quality, domain::Station::packaging, domain::Station::courier}) {
    const auto address = address_of(station, domain::OrderType::delivery, 5);
    CAPTURE(address.routing_key);
    CHECK(address.exchange == "orders_direct");
    const auto is_its_binding = [&](const BindingSpec& binding) { return binding.routing_key == address.routing_key; };
    REQUIRE(std::ranges::count_if(kStationBindings, is_its_binding) == 1);
    const auto queue = std::ranges::find_if(kStationBindings, is_its_binding)->queue;
    CHECK(std::ranges::count_if(kStationQueues,
                                [&](const QueueSpec& q) { return q.name == queue && q.max_priority == 10; }) == 1);
  }
  const auto cook = address_of(domain::Station::cook, domain::OrderType::delivery, 5);
  CHECK(cook.exchange == "orders_topic");
  CHECK(cook.routing_key == "kitchen.delivery.5");
}

TEST_CASE("names are those of the specification") {
  CHECK(kOrdersTopic == "orders_topic");
  CHECK(kNotificationsFanout == "notifications_fanout");
  CHECK(kNotificationsQueue == "notifications_queue");
  CHECK(kQualityQueue == "quality_queue");
  CHECK(kPackagingQueue == "packaging_queue");
  CHECK(kDeliveryQueue == "delivery_queue");
  CHECK(kitchen_queue(domain::OrderType::dine_in) == "kitchen_dine_in_queue");
  CHECK(kitchen_queue(domain::OrderType::takeout) == "kitchen_takeout_queue");
  CHECK(kitchen_queue(domain::OrderType::delivery) == "kitchen_delivery_queue");
}

}  // namespace
}  // namespace pizza::contracts
