#pragma once

#include <thread>

#include "core/backoff.hpp"
#include "core/clock.hpp"
#include "messaging/endpoint.hpp"
#include "reply.hpp"

namespace pizza::messaging {

/// Runs `step` until it does not throw BrokerError. The last one is thrown on when there is no time left, when the
/// broker is there and says no, or when `pause` gives up.
template <class Step>
void retry(core::Deadline deadline, const Pause& pause, Step step) {
  core::Backoff backoff;
  for (;;) {
    try {
      return step();
    } catch (const BrokerError& error) {
      const auto wait = backoff.next();
      if (is_refusal(error) || core::after(wait) >= deadline) throw;
      if (!pause) {
        std::this_thread::sleep_for(wait);  // nothing tells that a broker is back
      } else if (pause(wait)) {
        throw;
      }
    }
  }
}

}  // namespace pizza::messaging
