#include "core/timers.hpp"

#include <chrono>
#include <latch>
#include <memory>
#include <semaphore>
#include <vector>

#include <catch2/catch.hpp>

namespace pizza::core {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

TEST_CASE("actions run in order of their instants, not of their making") {
  std::vector<int> ran;
  std::latch all{4};
  const auto base = SteadyClock::now() + 50ms;
  Timers timers;
  for (const int step : {3, 1, 4, 2}) {
    timers.at(base + step * 1ms, [&ran, &all, step] {
      ran.push_back(step);
      all.count_down();
    });
  }
  all.wait();
  CHECK(ran == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("actions of the same instant run in the order they were made") {
  std::vector<int> ran;
  std::latch all{3};
  const auto when = SteadyClock::now() + 20ms;
  Timers timers;
  for (const int step : {1, 2, 3}) {
    timers.at(when, [&ran, &all, step] {
      ran.push_back(step);
      all.count_down();
    });
  }
  all.wait();
  CHECK(ran == std::vector<int>{1, 2, 3});
}

TEST_CASE("no action runs before its instant, and one whose instant has passed runs at once") {
  std::latch both{2};
  SteadyClock::time_point past_ran;
  SteadyClock::time_point later_ran;
  const auto now = SteadyClock::now();
  Timers timers;
  timers.at(now + 30ms, [&] {
    later_ran = SteadyClock::now();
    both.count_down();
  });
  timers.at(now - 1h, [&] {
    past_ran = SteadyClock::now();
    both.count_down();
  });
  both.wait();
  CHECK(later_ran >= now + 30ms);
  CHECK(past_ran <= later_ran);
}

TEST_CASE("an earlier action made later is not kept waiting by a far one") {
  std::binary_semaphore ran{0};
  Timers timers;
  timers.at(SteadyClock::now() + 1h, [] {});
  // Many rounds, because only a thread that sleeps already can be kept waiting.
  for (int round = 0; round < 200; ++round) {
    timers.at(SteadyClock::now() + 1us, [&ran] { ran.release(); });
    REQUIRE(ran.try_acquire_for(10s));
  }
  CHECK(timers.waiting() == 1);
}

TEST_CASE("an action may make another") {
  std::binary_semaphore ran{0};
  Timers timers;
  timers.at(SteadyClock::now(), [&] { timers.at(SteadyClock::now(), [&ran] { ran.release(); }); });
  CHECK(ran.try_acquire_for(10s));
}

TEST_CASE("stop forgets what waits, frees it, and takes nothing more") {
  const auto held = std::make_shared<int>(1);
  bool ran = false;
  Timers timers;
  timers.at(SteadyClock::now() + 1h, [held, &ran] { ran = true; });
  CHECK(timers.waiting() == 1);
  timers.stop();
  CHECK(timers.waiting() == 0);
  CHECK(held.use_count() == 1);
  timers.at(SteadyClock::now(), [&ran] { ran = true; });
  CHECK(timers.waiting() == 0);
  timers.stop();
  CHECK_FALSE(ran);
}

}  // namespace
}  // namespace pizza::core
