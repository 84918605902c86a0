#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"

using namespace pizza::test;
using namespace std::chrono_literals;

TEST_CASE("services are killed") {
  Storm storm;
  storm.rounds(8, [&](Dice& dice) {
    auto all = storm.members();
    auto& victim = *dice.pick(all);
    victim.kill();
    storm.note("kill -9 " + victim.name());
    std::this_thread::sleep_for(dice.between(0ms, 1000ms));
    victim.start();
  });
  storm.close();
}

TEST_CASE("everything is killed at once") {
  Storm storm;
  storm.rounds(3, [&](Dice& dice) {
    for (auto* each : storm.members()) {
      each->kill();
      std::this_thread::sleep_for(dice.between(0ms, 50ms));
    }
    storm.note("kill -9 everything");
    for (auto* each : storm.members()) each->start();
  });
  storm.close();
}
