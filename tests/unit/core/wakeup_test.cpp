#include "core/wakeup.hpp"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

using namespace pizza;
using namespace std::chrono_literals;

TEST_CASE("a wake-up ends a wait at once, and one that came before the wait is kept for it, once") {
  const core::Wakeup wakeup;
  const auto waited = [&](std::chrono::milliseconds limit) {
    const auto start = std::chrono::steady_clock::now();
    wakeup.wait(-1, limit);
    return std::chrono::steady_clock::now() - start;
  };
  wakeup.wake();
  wakeup.wake();
  CHECK(waited(10s) < 5s);
  CHECK(waited(20ms) >= 20ms);
  const std::jthread other([&] { wakeup.wake(); });
  CHECK(waited(10s) < 5s);
}
