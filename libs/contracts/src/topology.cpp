#include "contracts/topology.hpp"

#include <fmt/format.h>

namespace pizza::contracts {

std::string_view kitchen_queue(domain::OrderType type) {
  switch (type) {
    case domain::OrderType::dine_in:
      return "kitchen_dine_in_queue";
    case domain::OrderType::takeout:
      return "kitchen_takeout_queue";
    case domain::OrderType::delivery:
      return "kitchen_delivery_queue";
  }
  return {};
}

std::string order_routing_key(domain::OrderType type, int priority) {
  return fmt::format("kitchen.{}.{}", domain::to_string(type), priority);
}

Address address_of(domain::Station station, domain::OrderType type, int priority) {
  if (station == domain::Station::cook) return {std::string{kOrdersTopic}, order_routing_key(type, priority)};
  return {std::string{kOrdersDirect}, fmt::format("station.{}", domain::to_string(station))};
}

}  // namespace pizza::contracts
