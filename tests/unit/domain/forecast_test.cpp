#include "domain/forecast.hpp"

#include <chrono>

#include <catch2/catch.hpp>

namespace {

using namespace std::chrono_literals;
using namespace pizza::domain;

Cook cook(int slots, std::vector<OrderType> types = {kOrderTypes.begin(), kOrderTypes.end()}) {
  return {.types = std::move(types), .slots = slots, .base_time = 10s};
}

TEST_CASE("an order for which a place is free takes its own cooking time") {
  const KitchenState kitchen{.cooks = {cook(2)}, .waiting = {}, .cooking = 1, .cooking_left = 9s};
  CHECK(time_to_ready(kitchen, OrderType::dine_in, 1, std::nullopt) == 8s);
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, std::nullopt) == 10s);
  CHECK(time_to_ready(kitchen, OrderType::delivery, 1, std::nullopt) == 12s);
}

TEST_CASE("what the stations behind the cook take comes on top, whether it waits or not") {
  KitchenState kitchen{.cooks = {cook(1)}, .waiting = {}, .cooking = 0, .cooking_left = 0s, .later_stations = 7s};
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, std::nullopt) == 17s);
  kitchen.cooking = 1;
  kitchen.cooking_left = 4s;
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, std::nullopt) == 21s);
}

TEST_CASE("with every place taken it waits for its share of what is left") {
  const KitchenState kitchen{.cooks = {cook(2)}, .waiting = {}, .cooking = 2, .cooking_left = 8s};
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, std::nullopt) == 14s);
}

TEST_CASE("only orders of higher priority, or of equal priority and earlier, come before it") {
  const KitchenState kitchen{.cooks = {cook(1)},
                             .waiting = {{OrderType::takeout, 10, 2, 5, 6}, {OrderType::takeout, 1, 10, 11, 20}},
                             .cooking = 1,
                             .cooking_left = 0s};
  CHECK(time_to_ready(kitchen, OrderType::takeout, 10, std::nullopt) == 30s);
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, std::nullopt) == 130s);
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, 11) == 30s);
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, 16) == 80s);
}

TEST_CASE("orders that its cooks never cook do not stand before it") {
  const WaitingOrders deliveries{OrderType::delivery, 1, 100, 1, 100};
  const KitchenState apart{
      .cooks = {cook(1, {OrderType::takeout}), cook(1, {OrderType::delivery})}, .waiting = {deliveries}, .cooking = 1};
  CHECK(time_to_ready(apart, OrderType::takeout, 1, std::nullopt) == 10s);
  const KitchenState together{.cooks = {cook(1)}, .waiting = {deliveries}, .cooking = 1};
  CHECK(time_to_ready(together, OrderType::takeout, 1, std::nullopt) == 1210s);
}

TEST_CASE("with no cook online one is assumed") {
  const KitchenState kitchen{.waiting = {{OrderType::takeout, 1, 3, 1, 3}}};
  CHECK(time_to_ready(kitchen, OrderType::takeout, 1, std::nullopt) == 40s);
}

}  // namespace
