#include "core/backoff.hpp"

#include <chrono>
#include <set>

#include <catch2/catch.hpp>

namespace pizza::core {
namespace {

using namespace std::chrono_literals;

bool is_about(std::chrono::milliseconds wait, std::chrono::milliseconds base) {
  return wait >= base * 3 / 4 && wait <= base * 5 / 4;
}

TEST_CASE("waits double from the first to the most, each within a quarter, and stay there") {
  for (int round = 0; round < 200; ++round) {
    Backoff backoff{100ms, 1s};
    for (const auto base : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms, 1000ms}) {
      const auto wait = backoff.next();
      CAPTURE(base.count(), wait.count());
      REQUIRE(is_about(wait, base));
    }
  }
}

TEST_CASE("after a success it starts small again") {
  Backoff backoff{100ms, 1s};
  for (int i = 0; i < 10; ++i) backoff.next();
  backoff.reset();
  CHECK(is_about(backoff.next(), 100ms));
}

TEST_CASE("many clients do not come back in step") {
  std::set<std::chrono::milliseconds> waits;
  for (int client = 0; client < 200; ++client) waits.insert(Backoff{1s, 5s}.next());
  CHECK(waits.size() > 10);
}

}  // namespace
}  // namespace pizza::core
