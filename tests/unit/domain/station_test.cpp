#include "domain/station.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace pizza::domain {
namespace {

using Stations = std::vector<Station>;

Route route_of(const Stations& stations) { return Route::of(stations).value(); }

const Route& whole() {
  static const auto route = route_of({kStations.begin(), kStations.end()});
  return route;
}

TEST_CASE("every station has its name, and nothing else is one") {
  for (const auto station : kStations) CHECK(parse_station(to_string(station)) == station);
  for (const auto* text : {"", "Cook", "cook ", "kitchen", "delivery"}) CHECK_FALSE(parse_station(text));
}

TEST_CASE("quality and packaging leave an order cooking; cook and courier move it on") {
  const auto stage = [](Station station) { return std::pair{stage_of(station).waiting, stage_of(station).working}; };
  CHECK(stage(Station::cook) == std::pair{OrderStatus::received, OrderStatus::cooking});
  CHECK(stage(Station::quality) == std::pair{OrderStatus::cooking, OrderStatus::cooking});
  CHECK(stage(Station::packaging) == std::pair{OrderStatus::cooking, OrderStatus::cooking});
  CHECK(stage(Station::courier) == std::pair{OrderStatus::ready, OrderStatus::out_for_delivery});
}

TEST_CASE("a route begins with the cook and has each station at most once, in their order") {
  for (const auto& stations : std::vector<Stations>{{Station::cook},
                                                    {Station::cook, Station::packaging},
                                                    {Station::cook, Station::quality, Station::courier},
                                                    {kStations.begin(), kStations.end()}}) {
    const auto route = Route::of(stations);
    REQUIRE(route);
    CHECK(route->stations() == stations);
  }
  for (const auto& stations : std::vector<Stations>{{},
                                                    {Station::quality},
                                                    {Station::courier, Station::cook},
                                                    {Station::cook, Station::cook},
                                                    {Station::cook, Station::packaging, Station::quality},
                                                    {Station::cook, Station::quality, Station::quality}}) {
    CHECK_FALSE(Route::of(stations));
  }
  CHECK(Route{}.stations() == Stations{Station::cook});
}

TEST_CASE("an order goes from station to station; only a delivery needs a courier") {
  CHECK(whole().after(Station::cook, OrderType::takeout) == Station::quality);
  CHECK(whole().after(Station::quality, OrderType::takeout) == Station::packaging);
  CHECK(whole().after(Station::packaging, OrderType::delivery) == Station::courier);
  CHECK(whole().after(Station::packaging, OrderType::takeout) == std::nullopt);
  CHECK(whole().after(Station::packaging, OrderType::dine_in) == std::nullopt);
  CHECK(whole().after(Station::courier, OrderType::delivery) == std::nullopt);
  const auto quick = route_of({Station::cook, Station::courier});
  CHECK(quick.after(Station::cook, OrderType::delivery) == Station::courier);
  CHECK(quick.after(Station::cook, OrderType::takeout) == std::nullopt);
  // An order that waits for a station which the restaurant no longer has goes to the next it has.
  CHECK(quick.after(Station::quality, OrderType::delivery) == Station::courier);
  CHECK(Route{}.after(Station::cook, OrderType::delivery) == std::nullopt);
  CHECK(quick.has(Station::courier));
  CHECK_FALSE(quick.has(Station::packaging));
}

TEST_CASE("an order is ready when the last station in the house has finished it, and delivered by the courier") {
  CHECK(whole().finished(Station::cook) == OrderStatus::cooking);
  CHECK(whole().finished(Station::quality) == OrderStatus::cooking);
  CHECK(whole().finished(Station::packaging) == OrderStatus::ready);
  CHECK(whole().finished(Station::courier) == OrderStatus::delivered);
  CHECK(Route{}.finished(Station::cook) == OrderStatus::ready);
  const auto quick = route_of({Station::cook, Station::courier});
  CHECK(quick.finished(Station::cook) == OrderStatus::ready);
}

TEST_CASE("how many stations are before an order until it is ready, the courier not among them") {
  CHECK(whole().until_ready(Station::cook) == 3);
  CHECK(whole().until_ready(Station::quality) == 2);
  CHECK(whole().until_ready(Station::packaging) == 1);
  CHECK(whole().until_ready(Station::courier) == 0);
  CHECK(Route{}.until_ready(Station::cook) == 1);
}

}  // namespace
}  // namespace pizza::domain
