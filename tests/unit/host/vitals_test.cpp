#include "host/vitals.hpp"

#include <latch>
#include <semaphore>
#include <thread>

#include <catch2/catch.hpp>

using namespace pizza;
using namespace std::chrono_literals;

namespace {

/// `seconds` go by in which nobody beats.
void pass(host::Vitals& vitals, int seconds) {
  for (int i = 0; i < seconds; ++i) vitals.tick();
}

}  // namespace

TEST_CASE("a part is stuck when it has not beaten for its limit, and no longer when it beats again") {
  host::Vitals vitals;
  auto& loop = vitals.part("loop", 5s);
  loop.beat();
  pass(vitals, 5);
  CHECK(stuck_parts(vitals).empty());
  pass(vitals, 1);
  CHECK(stuck_parts(vitals) == "loop");
  loop.beat();
  pass(vitals, 1);
  CHECK(stuck_parts(vitals).empty());
}

TEST_CASE("a part that beats every now and then is well, however long it goes on") {
  host::Vitals vitals;
  auto& loop = vitals.part("loop", 5s);
  for (int i = 0; i < 100; ++i) {
    loop.beat();
    pass(vitals, 4);
    CHECK(stuck_parts(vitals).empty());
  }
}

TEST_CASE("what rests is not judged: before its begin, after its end, in between") {
  host::Vitals vitals;
  auto& loop = vitals.part("loop", 5s);
  pass(vitals, 100);
  CHECK(stuck_parts(vitals).empty());
  loop.beat();
  pass(vitals, 4);
  loop.rest();
  pass(vitals, 100);
  CHECK(stuck_parts(vitals).empty());
  loop.beat();
  pass(vitals, 5);
  CHECK(stuck_parts(vitals).empty());
  pass(vitals, 1);
  CHECK(stuck_parts(vitals) == "loop");
}

TEST_CASE("a process that was stopped for an hour is not stuck: no tick, no time") {
  host::Vitals vitals;
  auto& loop = vitals.part("loop", 5s);
  loop.beat();
  pass(vitals, 3);
  // However long it was stopped here: the first tick afterwards counts for one second.
  pass(vitals, 1);
  CHECK(stuck_parts(vitals).empty());
}

TEST_CASE("of several pulses with one name each must beat") {
  host::Vitals vitals;
  auto& first = vitals.part("writers", 5s);
  auto& second = vitals.part("writers", 5s);
  vitals.part("relay", 5s).beat();
  first.beat();
  second.beat();
  for (int i = 0; i < 6; ++i) {
    pass(vitals, 1);
    first.beat();
  }
  const auto parts = vitals.parts();
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].name == "writers");
  CHECK(parts[1].name == "relay");
  CHECK(stuck_parts(vitals) == "writers, relay");
}

TEST_CASE("a thread that really blocks is found, and forgiven when it goes on") {
  host::Vitals vitals;
  auto& pulse = vitals.part("thread", 3s);
  std::binary_semaphore blocked{0};
  std::latch began(1);
  std::latch went_on(1);
  std::jthread thread([&] {
    pulse.beat();
    began.count_down();
    blocked.acquire();
    pulse.beat();
    went_on.count_down();
  });
  began.wait();
  pass(vitals, 4);
  CHECK(stuck_parts(vitals) == "thread");
  blocked.release();
  went_on.wait();
  pass(vitals, 1);
  CHECK(stuck_parts(vitals).empty());
}
