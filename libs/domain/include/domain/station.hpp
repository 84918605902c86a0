#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "domain/order.hpp"
#include "domain/order_status.hpp"

namespace pizza::domain {

/// Where an order is worked at (earlier text, "Order processing algorithm using queues"). A restaurant has some of
/// them, always in this order and always with a cook: `kitchen.stations`.
enum class Station { cook, quality, packaging, courier };
inline constexpr std::array kStations{Station::cook, Station::quality, Station::packaging, Station::courier};
std::string_view to_string(Station station);
std::optional<Station> parse_station(std::string_view text);

/// What working at a station means for the status of an order. Quality and packaging leave it `cooking`.
struct Stage {
  OrderStatus waiting;  ///< its status while it waits for the station
  OrderStatus working;  ///< while someone works at it there
};
Stage stage_of(Station station);

/// The stations of a restaurant, in the order an order passes them.
class Route {
 public:
  /// nullopt unless `stations` begins with cook and is in the order of `kStations`, each at most once.
  static std::optional<Route> of(std::span<const Station> stations);
  Route() = default;  ///< a cook alone: the newer specification

  bool has(Station station) const;
  const std::vector<Station>& stations() const { return stations_; }
  /// Where an order goes from `station`; nullopt: nowhere, it is done in the house. Only deliveries need a courier.
  std::optional<Station> after(Station station, OrderType type) const;
  /// The status of an order that `station` has finished.
  OrderStatus finished(Station station) const;
  /// How many stations are before an order until it is ready, `from` among them; 0 for the courier.
  int until_ready(Station from) const;

 private:
  std::vector<Station> stations_{Station::cook};
};

}  // namespace pizza::domain
