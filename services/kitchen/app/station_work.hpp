#pragma once

#include <algorithm>
#include <chrono>
#include <set>

#include "domain/cooking.hpp"
#include "domain/order.hpp"
#include "domain/station.hpp"

namespace pizza::kitchen {

/// What a worker does: at which station of which restaurant, for which orders, and how long.
struct StationWork {
  domain::Station station = domain::Station::cook;
  domain::Route route;
  std::set<domain::OrderType> types{domain::kOrderTypes.begin(), domain::kOrderTypes.end()};
  std::chrono::milliseconds base_time = domain::kDefaultCookingTime;

  domain::Stage stage() const { return domain::stage_of(station); }
  /// How long an order of this type is here: the cook takes longer for some, everyone else does not.
  std::chrono::milliseconds own_time(domain::OrderType type) const {
    return station == domain::Station::cook ? domain::cooking_time(type, base_time) : base_time;
  }
  /// The stations that an estimate made here counts, this one among them.
  int stations_left() const { return std::max(route.until_ready(station), 1); }
};

}  // namespace pizza::kitchen
