#include <chrono>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

// Whoever commits next: an order that is stored, a claim, a finish, a heartbeat, rows of the outbox.
TEST_CASE("the wire is cut around a COMMIT") {
  Storm storm({.wired = true});
  storm.rounds(2, [&](Dice& dice) {
    auto& wire = storm.to_database();
    const auto before = wire.cuts();
    for (int left = 20; left > 0; --left) {
      const auto armed = wire.cuts();
      switch (dice.between(0, 3)) {
        case 0:
          wire.cut_before_client_sends("COMMIT");
          break;
        case 1:
          wire.cut_as_client_sends("COMMIT");
          break;
        default:
          wire.cut_after_client_sends("COMMIT");
      }
      CHECK(eventually(core::after(10s), [&] { return wire.cuts() > armed; }));
      let_pass(dice.between(0ms, 200ms));
    }
    storm.note(std::to_string(wire.cuts() - before) + " cuts around a COMMIT");
  });
  storm.close();
}

TEST_CASE("a COMMIT's answer is lost as the database crashes") {
  Storm storm({.wired = true});
  storm.rounds(2, [&](Dice& dice) {
    auto& wire = storm.to_database();
    const auto before = wire.cuts();
    wire.cut_after_client_sends("COMMIT", TcpProxy::Then::block);
    CHECK(eventually(core::after(10s), [&] { return wire.cuts() > before; }));
    storm.servers().restart_database(Servers::Ending::immediate);
    storm.note("the answer to a COMMIT is lost, the database crashes");
    let_pass(dice.between(0ms, 1000ms));
    wire.block(false);
    wire.cut_everything();
  });
  storm.close();
}

TEST_CASE("connections are cut") {
  Storm storm({.wired = true});
  storm.rounds(3, [&](Dice& dice) {
    const int times = dice.between(1, 8);
    storm.note(std::to_string(times) + " times all connections to a server");
    for (int left = times; left > 0; --left) {
      (dice.chance(0.5) ? storm.to_database() : storm.to_broker()).cut_everything();
      let_pass(dice.between(0ms, 500ms));
    }
  });
  storm.close();
}

TEST_CASE("the wire is slow") {
  Storm storm({.wired = true});
  storm.rounds(2, [&](Dice& dice) {
    const auto rest = dice.between(20ms, 150ms);
    auto& wire = dice.chance(0.5) ? storm.to_database() : storm.to_broker();
    storm.note(std::to_string(rest.count()) + " ms for each piece to the " +
               (&wire == &storm.to_database() ? "database" : "broker"));
    wire.slow_down(rest);
    let_pass(dice.between(2000ms, 5000ms));
    wire.slow_down(0ms);
  });
  storm.close();
}

TEST_CASE("nothing goes over the wire for a while") {
  Storm storm({.wired = true});
  storm.rounds(2, [&](Dice& dice) {
    const auto pause = FaultRun::get().is_long ? 30s : dice.between(1000ms, 8000ms);
    auto& wire = dice.chance(0.5) ? storm.to_database() : storm.to_broker();
    storm.note("no byte to the " + std::string{&wire == &storm.to_database() ? "database" : "broker"} + " for " +
               std::to_string(pause.count()) + " ms");
    wire.block(true);
    let_pass(pause);
    wire.block(false);
  });
  storm.close();
}
