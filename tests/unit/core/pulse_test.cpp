#include "core/pulse.hpp"

#include <latch>
#include <semaphore>

#include <catch2/catch.hpp>

#include "core/batcher.hpp"
#include "core/timers.hpp"

using namespace pizza;
using namespace std::chrono_literals;

namespace {

/// True when it beats within ten seconds.
bool beats_on(const core::Pulse& pulse) {
  const auto before = pulse.beats();
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (pulse.beats() == before) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("timers and batches beat while they have nothing to do, and rest when they have ended") {
  core::Pulse timers_pulse;
  core::Pulse batch_pulse;
  core::Timers timers(timers_pulse);
  core::Batcher<int> batches({.pulses = {&batch_pulse}}, [] { return [](const std::vector<int>&) {}; });
  for (int i = 0; i < 2; ++i) {
    CHECK(beats_on(timers_pulse));
    CHECK(beats_on(batch_pulse));
  }
  CHECK_FALSE(timers_pulse.resting());
  CHECK_FALSE(batch_pulse.resting());
  timers.stop();
  batches.stop();
  CHECK(timers_pulse.resting());
  CHECK(batch_pulse.resting());
}

TEST_CASE("timers and batches that block do not beat, and do not rest") {
  core::Pulse timers_pulse;
  core::Pulse batch_pulse;
  std::binary_semaphore timer_blocked{0};
  std::binary_semaphore batch_blocked{0};
  std::latch both(2);
  core::Timers timers(timers_pulse);
  core::Batcher<int> batches({.pulses = {&batch_pulse}}, [&] {
    return [&](const std::vector<int>&) {
      both.count_down();
      batch_blocked.acquire();
    };
  });
  timers.at({}, [&] {
    both.count_down();
    timer_blocked.acquire();
  });
  REQUIRE(batches.submit(1));
  both.wait();
  const auto timers_before = timers_pulse.beats();
  const auto batch_before = batch_pulse.beats();
  // Both would have come round by now.
  core::Pulse idle_pulse;
  core::Timers idle(idle_pulse);
  for (int i = 0; i < 3; ++i) CHECK(beats_on(idle_pulse));
  CHECK(timers_pulse.beats() == timers_before);
  CHECK(batch_pulse.beats() == batch_before);
  CHECK_FALSE(timers_pulse.resting());
  CHECK_FALSE(batch_pulse.resting());
  timer_blocked.release();
  batch_blocked.release();
  CHECK(beats_on(timers_pulse));
  CHECK(beats_on(batch_pulse));
}
