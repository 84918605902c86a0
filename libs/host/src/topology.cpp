#include "host/topology.hpp"

#include <string>
#include <string_view>

#include "contracts/topology.hpp"

namespace pizza::host {
namespace {

void add_exchange(messaging::Topology& topology, std::string_view name) {
  for (const auto& exchange : contracts::kExchanges) {
    if (exchange.name == name) topology.exchanges.push_back({std::string{exchange.name}, std::string{exchange.type}});
  }
}

void add_queue(messaging::Topology& topology, std::string_view name, int max_priority = 0) {
  topology.queues.push_back({.name = std::string{name}, .max_priority = max_priority});
}

void bind(messaging::Topology& topology, std::string_view queue, std::string_view exchange, std::string_view key = {}) {
  topology.bindings.push_back({std::string{queue}, std::string{exchange}, std::string{key}});
}

void add_kitchen_queues(messaging::Topology& topology) {
  add_exchange(topology, contracts::kOrdersTopic);
  add_exchange(topology, contracts::kOrdersDirect);
  for (const auto& queue : contracts::kKitchenQueues) add_queue(topology, queue.name, queue.max_priority);
  for (const auto& binding : contracts::kKitchenBindings) {
    bind(topology, binding.queue, binding.exchange, binding.routing_key);
  }
}

void add_station_queues(messaging::Topology& topology) {
  for (const auto& queue : contracts::kStationQueues) add_queue(topology, queue.name, queue.max_priority);
  for (const auto& binding : contracts::kStationBindings) {
    bind(topology, binding.queue, binding.exchange, binding.routing_key);
  }
}

void add_dead_letters(messaging::Topology& topology) {
  add_exchange(topology, contracts::kKitchenDlx);
  add_queue(topology, contracts::kDeadLetterQueue);
  bind(topology, contracts::kDeadLetterQueue, contracts::kKitchenDlx);
}

void add_notifications_queue(messaging::Topology& topology) {
  add_queue(topology, contracts::kNotificationsQueue);
  bind(topology, contracts::kNotificationsQueue, contracts::kNotificationsFanout);
}

}  // namespace

messaging::Topology order_topology() {
  messaging::Topology topology;
  add_kitchen_queues(topology);
  // Its outbox sweep also publishes what a dead worker left behind.
  add_station_queues(topology);
  add_exchange(topology, contracts::kNotificationsFanout);
  return topology;
}

messaging::Topology kitchen_topology() {
  auto topology = order_topology();
  add_dead_letters(topology);
  return topology;
}

messaging::Topology notifications_topology() {
  messaging::Topology topology;
  add_exchange(topology, contracts::kNotificationsFanout);
  add_notifications_queue(topology);
  return topology;
}

messaging::Topology dead_letter_topology() {
  messaging::Topology topology;
  add_dead_letters(topology);
  return topology;
}

messaging::Topology whole_topology() {
  auto topology = kitchen_topology();
  add_notifications_queue(topology);
  return topology;
}

}  // namespace pizza::host
