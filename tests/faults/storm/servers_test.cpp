#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"

using namespace pizza::test;
using namespace std::chrono_literals;

TEST_CASE("the database crashes") {
  Storm storm;
  storm.rounds(4, [&](Dice& dice) {
    const auto ending = dice.chance(0.7) ? Servers::Ending::immediate : Servers::Ending::fast;
    storm.servers().stop_database(ending);
    storm.note(ending == Servers::Ending::immediate ? "database crashes" : "database restarts");
    std::this_thread::sleep_for(dice.between(0ms, 2000ms));
    storm.servers().start_database();
  });
  storm.close();
}

TEST_CASE("the broker crashes") {
  Storm storm;
  storm.rounds(3, [&](Dice& dice) {
    if (dice.chance(0.6)) {
      storm.servers().kill_broker();
      storm.note("broker killed");
    } else {
      storm.servers().stop_broker();
      storm.note("broker restarts");
    }
    std::this_thread::sleep_for(dice.between(0ms, 2000ms));
    storm.servers().start_broker();
  });
  storm.close();
}
