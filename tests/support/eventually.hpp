#pragma once

#include <chrono>
#include <concepts>
#include <thread>

#include "core/clock.hpp"
#include "support/patience.hpp"

namespace pizza::test {

/// Waits for something that happens by itself: polls `holds` until it is true or `deadline` has passed (a later one for
/// sanitized programs), and says which.
///   REQUIRE(eventually(core::after(5s), [&] { return vhost.count("kitchen_queue") == 1; }));
template <std::predicate Predicate>
bool eventually(core::Deadline deadline, Predicate holds) {
  using namespace std::chrono_literals;
  deadline = patient(deadline);
  for (auto pause = 1ms; !holds(); pause = std::min(pause * 2, std::chrono::milliseconds{50})) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace pizza::test
