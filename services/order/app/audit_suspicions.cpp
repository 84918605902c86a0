#include "order/app/audit_suspicions.hpp"

#include <algorithm>

namespace pizza::order {
namespace {

constexpr std::string_view kCook = "cook";

std::string waiting_key(const std::string& station, const std::string& type) {
  return "wait for " + station + (station == kCook ? " (" + type + ")" : "");
}

std::string working_key(const std::string& station) {
  return "are in work at " + station + ", and nobody is there who works";
}

QueuePicture of(const std::map<std::string, QueuePicture>& queues, const std::string& name) {
  const auto found = queues.find(name);
  return found == queues.end() ? QueuePicture{} : found->second;
}

/// Who began an order holds it under the message of any order of his station: a turn may be given away.
struct StationPicture {
  std::size_t ready = 0;
  std::size_t consumers = 0;
  std::size_t taken = 0;  ///< of what is ready, by those that wait
};

}  // namespace

std::string suspicion_of(const OpenShape& shape) {
  if (judge(shape) != OpenVerdict::needs_message) return {};
  return shape.waits ? waiting_key(shape.station, shape.type) : working_key(shape.station);
}

std::vector<Suspicion> suspicions(const std::vector<OpenOrders>& open, const KitchenPicture& kitchen) {
  std::map<std::pair<std::string, std::string>, std::size_t> waiting;  // by station and type
  std::map<std::string, std::size_t> working;                          // by station
  for (const auto& orders : open) {
    if (judge(orders.shape) != OpenVerdict::needs_message) continue;
    const auto& station = orders.shape.station;
    if (orders.shape.waits) {
      waiting[{station, station == kCook ? orders.shape.type : ""}] += orders.count;
    } else {
      working[station] += orders.count;
    }
  }
  std::map<std::string, StationPicture> stations;
  for (const auto& [name, queue] : kitchen.later) stations[name] = {queue.ready, queue.consumers, 0};
  auto& cooks = stations[std::string{kCook}];
  cooks = {kitchen.common.ready, kitchen.common.consumers, 0};
  for (const auto& [type, queue] : kitchen.cooks) {
    cooks.ready += queue.ready;
    cooks.consumers += queue.consumers;
  }
  std::vector<Suspicion> result;
  for (const auto& [place, count] : waiting) {
    const auto& [station, type] = place;
    auto queue = station == kCook ? of(kitchen.cooks, type) : of(kitchen.later, station);
    stations[station].taken += std::min(count, queue.ready);
    if (station == kCook) queue = {queue.ready + kitchen.common.ready, queue.consumers + kitchen.common.consumers};
    result.push_back({waiting_key(station, type), count, queue.ready, queue.consumers > 0});
  }
  for (const auto& [station, count] : working) {
    const auto& there = stations[station];
    result.push_back({working_key(station), count, there.ready - there.taken, there.consumers > 0});
  }
  return result;
}

}  // namespace pizza::order
