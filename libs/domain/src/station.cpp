#include "domain/station.hpp"

#include <algorithm>

namespace pizza::domain {

std::string_view to_string(Station station) {
  switch (station) {
    case Station::cook:
      return "cook";
    case Station::quality:
      return "quality";
    case Station::packaging:
      return "packaging";
    case Station::courier:
      return "courier";
  }
  return {};
}

std::optional<Station> parse_station(std::string_view text) {
  for (const auto station : kStations) {
    if (text == to_string(station)) return station;
  }
  return std::nullopt;
}

Stage stage_of(Station station) {
  switch (station) {
    case Station::cook:
      return {OrderStatus::received, OrderStatus::cooking};
    case Station::quality:
    case Station::packaging:
      return {OrderStatus::cooking, OrderStatus::cooking};
    case Station::courier:
      return {OrderStatus::ready, OrderStatus::out_for_delivery};
  }
  return {};
}

std::optional<Route> Route::of(std::span<const Station> stations) {
  if (stations.empty() || stations.front() != Station::cook) return std::nullopt;
  if (std::ranges::adjacent_find(stations, std::ranges::greater_equal{}) != stations.end()) return std::nullopt;
  Route route;
  route.stations_.assign(stations.begin(), stations.end());
  return route;
}

bool Route::has(Station station) const { return std::ranges::find(stations_, station) != stations_.end(); }

std::optional<Station> Route::after(Station station, OrderType type) const {
  const auto next = std::ranges::upper_bound(stations_, station);
  if (next == stations_.end()) return std::nullopt;
  if (*next == Station::courier && type != OrderType::delivery) return std::nullopt;
  return *next;
}

OrderStatus Route::finished(Station station) const {
  if (station == Station::courier) return OrderStatus::delivered;
  return until_ready(station) == 1 ? OrderStatus::ready : OrderStatus::cooking;
}

int Route::until_ready(Station from) const {
  return static_cast<int>(std::ranges::count_if(
      stations_, [from](Station station) { return station >= from && station != Station::courier; }));
}

}  // namespace pizza::domain
