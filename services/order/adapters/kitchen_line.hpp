#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/station.hpp"

namespace pizza::order {

/// A queue, and the orders that wait in it.
struct KitchenLine {
  std::string queue;
  domain::Station station = domain::Station::cook;
  std::vector<std::string> types;
};

/// Every queue that order messages are routed to.
std::vector<KitchenLine> kitchen_lines();

/// How a line stands in the database.
struct LineState {
  std::size_t hands = 0;      ///< orders that its living workers may hold
  std::size_t held = 0;       ///< that they do hold
  std::size_t orphans = 0;    ///< in work under workers that are gone, without a message in the outbox, as those below
  std::size_t unclaimed = 0;  ///< in work under nobody
  std::size_t waiting = 0;    ///< of the first that wait
};

}  // namespace pizza::order
