#include <chrono>

#include <catch2/catch.hpp>

#include "faults/storm/private_space.hpp"
#include "faults/storm/storm.hpp"
#include "support/left_out.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

// What only root may do, in namespaces that nobody else lives in.

TEST_CASE("packets to a server are lost, and nobody is told") {
  if (!PrivateSpace::possible()) {
    return left_out("faults/storm, packets to a server are lost", "only root may lose packets");
  }
  const PrivateSpace network(PrivateSpace::Kind::network);
  auto servers = Servers::own();
  Storm storm(servers, {});
  storm.rounds(3, [&](Dice& dice) {
    const bool database = dice.chance(0.5);
    LossyPort port(database ? servers.database().port : servers.broker().port);
    const auto direction = static_cast<LossyPort::Direction>(dice.between(0, 2));
    const auto pause = FaultRun::get().is_long ? dice.between(5000ms, 60000ms) : dice.between(2000ms, 9000ms);
    storm.note(std::string{database ? "database" : "broker"} + " is not heard for " + std::to_string(pause.count()) +
               " ms, direction " + std::to_string(static_cast<int>(direction)));
    port.lose(direction);
    let_pass(pause);
    port.heal();
  });
  storm.close();
}

TEST_CASE("the database's disk is full") {
  if (!PrivateSpace::possible()) {
    return left_out("faults/storm, the database's disk is full", "only root may mount a small disk");
  }
  const PrivateSpace mounts(PrivateSpace::Kind::mounts);
  auto servers = Servers::own();
  SmallDisk disk(servers, 600);
  Storm storm(servers, {});
  storm.rounds(2, [&](Dice& dice) {
    disk.fill(dice.between(0, 400));
    // Sooner or later the next piece of the write-ahead log finds no room: the database crashes and cannot come back.
    for (int left = dice.chance(0.7) ? 20 : 0; left > 0; --left) {
      try {
        storm.restaurant().database().query_as_admin("SELECT pg_switch_wal()");
      } catch (const std::exception&) {
        storm.note("database crashes");
        break;
      }
      let_pass(100ms);  // for what customers have the database write
    }
    let_pass(dice.between(1000ms, 5000ms));
    storm.note("disk full");
    disk.free_again();
    servers.start_database();
  });
  storm.close();
}
