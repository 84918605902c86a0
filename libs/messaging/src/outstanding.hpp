#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace pizza::messaging {

/// An acknowledgement as it goes to the broker.
struct Settlement {
  std::uint64_t tag = 0;
  bool multiple = false;  ///< this tag and all before it
  bool requeue = false;   ///< nack; else ack

  bool operator==(const Settlement&) const = default;
};

/// The deliveries of one channel that are not acknowledged, by tag: 1, 2, 3, … Not thread-safe. Keeps double and
/// unknown tags from the broker, which would close the channel, and joins acks: the broker searches its list for each
/// one that is not the oldest, but takes a run from the front in one step.
class Outstanding {
 public:
  void delivered(std::uint64_t tag);
  /// False, and nothing happens, for a tag that is not outstanding.
  bool settle(std::uint64_t tag, bool requeue);
  /// What to send now for all that was settled since the last call, in this order.
  std::vector<Settlement> flush();
  void clear();

 private:
  enum class State : std::uint8_t { held, acked, requeued, sent };

  std::deque<State> states_;
  std::uint64_t first_ = 1;             // the tag of states_.front()
  std::vector<std::uint64_t> settled_;  // since the last flush
};

}  // namespace pizza::messaging
