#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "kitchen/adapters/kitchen_metrics.hpp"
#include "unit/kitchen/kitchen_of_fakes.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using namespace std::chrono_literals;
using Catch::Contains;
using Words = std::vector<std::string>;

TEST_CASE("an order is counted at each of its steps, and measured by what the database says") {
  KitchenOfFakes f;
  f.script.cooking = 20ms;
  f.take("A", {1, 1});
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.figures.entries() == Words{"claim started", "finish done", "worked 20"});
}

TEST_CASE("an order that is resumed waits for nobody a second time") {
  KitchenOfFakes f;
  f.script.kinds["A"] = Claimed::Kind::resumed;
  f.take("A", {1, 1});
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.figures.entries() == Words{"claim resumed", "finish done", "worked 0"});
}

TEST_CASE("a duplicate, and an order whose claim was lost, are counted as such") {
  KitchenOfFakes f;
  f.script.kinds["A"] = Claimed::Kind::dropped;
  f.script.finishes["B"] = Finished::Kind::lost;
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("dropped A"));
  f.take("B", {1, 2}, "m2");
  REQUIRE(f.wait("dropped B"));
  CHECK(f.figures.entries() == Words{"claim dropped", "claim started", "finish lost"});
}

TEST_CASE("an order that is cancelled while it cooks is counted once, and never as done") {
  KitchenOfFakes f;
  f.script.cooking = 1h;
  f.take("A", {1, 1});
  REQUIRE(f.wait("started A"));
  f.kitchen->cancel("A");
  f.kitchen->cancel("A");
  REQUIRE(f.wait("cancelled A of r-A"));
  CHECK(f.done());
  CHECK(f.figures.entries() == Words{"claim started", "cook cancelled"});
}

TEST_CASE("a dead letter is counted when it is safe, and by its cause") {
  KitchenOfFakes f;
  f.broker.confirms = false;
  f.kitchen->refuse({.tag = {1, 1}}, "not JSON");
  CHECK(f.figures.entries().empty());
  f.broker.confirms = true;
  f.kitchen->refuse({.tag = {1, 2}}, "not JSON");
  CHECK(f.figures.entries() == Words{"dead letter 0"});
  f.script.kinds["A"] = Claimed::Kind::unknown_order;
  f.take("A", {1, 3});
  REQUIRE(f.wait("ack 1.3"));
  f.script.change([&] { f.script.kinds["A"] = Claimed::Kind::exhausted; });
  f.take("A", {1, 4});
  REQUIRE(f.wait("ack 1.4"));
  CHECK(f.figures.entries() ==
        Words{"dead letter 0", "claim dead letter", "dead letter 1", "claim dead letter", "dead letter 2"});
}

TEST_CASE("a step that the database refuses or cannot do is counted") {
  KitchenOfFakes f;
  bool refuses = true;
  f.script.trouble = [&](const std::string& step, const std::string&) {
    if (step != "claim") return;
    if (refuses) throw StepRefused("no");
    throw StepUnavailable("down");
  };
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("put back 1.1"));
  f.script.change([&] { refuses = false; });
  f.take("B", {1, 2}, "m2");
  REQUIRE(f.wait("put back 1.2"));
  CHECK(f.figures.entries() == Words{"claim refused", "claim unavailable"});
}

TEST_CASE("only the first station measures the wait, and only the last in the house the whole") {
  using domain::Station;
  const std::vector stations{Station::cook, Station::quality, Station::courier};
  const auto shown = [&](Station station) {
    metrics::Registry registry;
    KitchenMetrics meter(registry, {.station = station, .route = domain::Route::of(stations).value()});
    meter.waited(domain::OrderType::delivery, 1s);
    meter.passed({.kind = Finished::Kind::done, .type = domain::OrderType::delivery, .worked = 2s, .in_all = 3s});
    return registry.render();
  };
  const std::string wait = R"(pizza_order_wait_seconds_sum{type="delivery"} 1)";
  const std::string cook = R"(pizza_order_cook_seconds_sum{type="delivery"} 2)";
  const std::string total = R"(pizza_order_total_seconds_sum{type="delivery"} 3)";
  CHECK_THAT(shown(Station::cook), Contains(wait) && Contains(cook) && !Contains("pizza_order_total"));
  CHECK_THAT(shown(Station::quality), !Contains("pizza_order_wait") && Contains(cook) && Contains(total));
  CHECK_THAT(shown(Station::courier),
             !Contains("pizza_order_wait") && Contains(cook) && !Contains("pizza_order_total"));
}
