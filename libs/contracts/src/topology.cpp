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

}  // namespace pizza::contracts
