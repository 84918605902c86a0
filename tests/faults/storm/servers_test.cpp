#include <chrono>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::chrono::milliseconds some_time(Dice& dice) {
  return FaultRun::get().is_long && dice.chance(0.3) ? 30s : dice.between(500ms, 4000ms);
}

}  // namespace

TEST_CASE("the database crashes") {
  Storm storm;
  storm.rounds(2, [&](Dice& dice) {
    const auto ending = dice.chance(0.7) ? Servers::Ending::immediate : Servers::Ending::fast;
    storm.servers().stop_database(ending);
    storm.note(ending == Servers::Ending::immediate ? "database crashes" : "database restarts");
    let_pass(dice.between(0ms, 2000ms));
    storm.servers().start_database();
  });
  storm.close();
}

TEST_CASE("the database freezes and goes on") {
  Storm storm;
  storm.rounds(1, [&](Dice& dice) {
    const auto pause = some_time(dice);
    storm.note("SIGSTOP database for " + std::to_string(pause.count()) + " ms");
    storm.servers().pause_database();
    let_pass(pause);
    storm.servers().resume_database();
  });
  storm.close();
}

TEST_CASE("the broker crashes") {
  Storm storm;
  storm.rounds(2, [&](Dice& dice) {
    const bool killed = dice.chance(0.6);
    storm.note(killed ? "broker killed" : "broker restarts");
    killed ? storm.servers().kill_broker() : storm.servers().stop_broker();
    let_pass(dice.between(0ms, 2000ms));
    storm.servers().start_broker();
  });
  storm.close();
}

TEST_CASE("the broker freezes and goes on") {
  Storm storm;
  storm.rounds(2, [&](Dice& dice) {
    const auto pause = some_time(dice);
    storm.note("SIGSTOP broker for " + std::to_string(pause.count()) + " ms");
    storm.servers().pause_broker();
    let_pass(pause);
    storm.servers().resume_broker();
  });
  storm.close();
}

TEST_CASE("the broker's memory is full: nobody publishes, and cooking goes on") {
  Storm storm;
  storm.rounds(1, [&](Dice& dice) {
    const auto ready = [&] {
      return std::stoi(storm.restaurant().database().value("SELECT count(*) FROM orders WHERE status = 'ready'"));
    };
    storm.note("memory alarm");
    storm.servers().broker_alarm(true);
    const auto before = ready();
    const bool goes_on = eventually(core::after(10s), [&] { return ready() > before; });
    let_pass(dice.between(0ms, 3000ms));
    storm.servers().broker_alarm(false);
    CHECK(goes_on);
  });
  storm.close();
}

TEST_CASE("queues are deleted under their consumers") {
  Storm storm;
  storm.rounds(2, [&](Dice& dice) {
    // What waits in a queue would be gone with it: that is another case.
    REQUIRE(storm.customers().pause(core::after(60s)));
    REQUIRE(storm.becomes_quiet());
    for (const std::string type : {"takeout", "dine_in", "delivery"}) {
      if (!dice.chance(0.7)) continue;
      storm.note("deleted the queue for " + type);
      storm.restaurant().vhost().remove_queue("kitchen_" + type + "_queue");
    }
    storm.customers().resume();
    let_pass(dice.between(500ms, 2000ms));
  });
  storm.close();
}
