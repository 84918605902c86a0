#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "order/app/audit_rules.hpp"
#include "order/app/audit_watch.hpp"

namespace pizza::order {

/// What a queue shows of itself.
struct QueuePicture {
  std::size_t ready = 0;
  std::size_t consumers = 0;
};

/// All queues that a turn at the stove, or at a later station, can come from.
struct KitchenPicture {
  std::map<std::string, QueuePicture> cooks;  ///< by order type
  QueuePicture common;                        ///< `kitchen_queue`: a cook's too, of any type
  std::map<std::string, QueuePicture> later;  ///< by station
};

/// Orders of one shape: how many, and the first of them.
struct OpenOrders {
  OpenShape shape;
  std::size_t count = 0;
  std::vector<std::string> numbers;
};

/// Which suspicion orders of this shape belong to; empty: none, they need no message.
std::string suspicion_of(const OpenShape& shape);

/// Orders that need a message, against the messages that are there. Pure.
std::vector<Suspicion> suspicions(const std::vector<OpenOrders>& open, const KitchenPicture& kitchen);

}  // namespace pizza::order
