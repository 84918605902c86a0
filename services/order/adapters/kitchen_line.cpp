#include "order/adapters/kitchen_line.hpp"

#include <string_view>

#include "contracts/topology.hpp"
#include "domain/order.hpp"

namespace pizza::order {

std::vector<KitchenLine> kitchen_lines() {
  std::vector<KitchenLine> lines;
  std::vector<std::string> all;
  for (const auto type : domain::kOrderTypes) {
    all.emplace_back(domain::to_string(type));
    lines.push_back({std::string{contracts::kitchen_queue(type)}, domain::Station::cook, {all.back()}});
  }
  const auto add = [&](std::string_view queue, domain::Station station) {
    lines.push_back({std::string{queue}, station, all});
  };
  add(contracts::kQualityQueue, domain::Station::quality);
  add(contracts::kPackagingQueue, domain::Station::packaging);
  add(contracts::kDeliveryQueue, domain::Station::courier);
  return lines;
}

}  // namespace pizza::order
