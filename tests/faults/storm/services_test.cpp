#include <chrono>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"

using namespace pizza::test;
using namespace std::chrono_literals;

TEST_CASE("services are killed") {
  Storm storm;
  storm.rounds(6, [&](Dice& dice) {
    auto& victim = *dice.pick(storm.members());
    victim.kill();
    storm.note("kill -9 " + victim.name());
    let_pass(dice.between(0ms, 1000ms));
    victim.start();
  });
  storm.close();
}

TEST_CASE("everything is killed at once") {
  Storm storm;
  storm.rounds(3, [&](Dice& dice) {
    for (auto* each : storm.members()) {
      each->kill();
      let_pass(dice.between(0ms, 50ms));
    }
    storm.note("kill -9 everything");
    for (auto* each : storm.members()) each->start();
  });
  storm.close();
}

TEST_CASE("services freeze and go on") {
  Storm storm;
  storm.rounds(4, [&](Dice& dice) {
    auto& victim = *dice.pick(storm.members());
    const auto pause = FaultRun::get().is_long ? 30s : dice.between(1000ms, 5000ms);
    storm.note("SIGSTOP " + victim.name() + " for " + std::to_string(pause.count()) + " ms");
    victim.freeze();
    let_pass(pause);
    victim.thaw();
  });
  storm.close();
}

TEST_CASE("services are stopped and started") {
  Storm storm;
  storm.rounds(2, [&](Dice& dice) {
    auto& victim = *dice.pick(storm.members());
    storm.note("SIGTERM " + victim.name());
    CHECK(victim.stop() == 0);
    victim.start();
  });
  storm.close();
}

// A worker that was frozen while its connection was closed goes on in the belief that it holds what others cook now.
TEST_CASE("two workers believe that they hold the same orders") {
  Storm storm;
  storm.rounds(3, [&](Dice& dice) {
    auto& victim = *dice.pick(storm.members("kitchen-worker"));
    storm.note(victim.name() + " freezes and loses its deliveries");
    victim.freeze();
    storm.restaurant().vhost().close_connections();
    let_pass(dice.between(0ms, 1500ms));
    victim.thaw();
  });
  storm.close();
}
