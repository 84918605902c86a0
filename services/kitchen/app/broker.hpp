#pragma once

#include <functional>
#include <string>

#include "kitchen/app/turn.hpp"

namespace pizza::kitchen {

/// What the kitchen says to the broker about deliveries. Thread-safe, never blocks. A stale tag does nothing.
class Broker {
 public:
  Broker() = default;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  virtual ~Broker() = default;

  virtual void ack(Tag tag) = 0;
  virtual void put_back(Tag tag) = 0;
  /// Messages that may be unacknowledged at once beyond `--prefetch`: those that are only parked take no cook's place.
  virtual void allow_extra(int extra) = 0;
  /// Sends it to `kitchen_dlx` with its reason. `done(true)` once that is confirmed; on any thread.
  virtual void dead_letter(const Delivery& delivery, const std::string& reason, std::function<void(bool)> done) = 0;
};

}  // namespace pizza::kitchen
