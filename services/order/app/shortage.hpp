#pragma once

#include <chrono>
#include <cstddef>
#include <limits>

namespace pizza::order {

/// What one look at a queue found.
struct QueueLook {
  std::size_t needy = 0;       ///< orders that should have a message in it, and none in the outbox
  std::size_t messages = 0;    ///< that wait in it
  std::size_t free_hands = 0;  ///< orders that its workers could have taken and not yet said so
};

/// Whether messages of a queue are missing. Each order that waits, or is in work under nobody, has a message there, so
/// fewer messages than such orders means that some were lost; but a look is not one moment, and a message that was just
/// delivered is neither in the queue nor known to be in work. So only what several looks in a row agree on is believed.
/// Not thread-safe.
class Shortage {
 public:
  static constexpr int kLooks = 5;
  /// Between the first of the looks that count and the last.
  static constexpr std::chrono::milliseconds lasts(std::chrono::milliseconds interval) {
    return interval * (kLooks - 1);
  }

  /// How many messages are missing for sure, now that this was seen; 0: none, or nobody knows yet.
  std::size_t add(const QueueLook& look);
  /// `more`: that was not all, and nothing new has to be proved for the rest.
  void published(bool more);
  /// What was seen before means nothing any more: the broker was away meanwhile, or somebody else looked.
  void forget();

 private:
  int looks_ = 0;
  std::size_t least_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace pizza::order
