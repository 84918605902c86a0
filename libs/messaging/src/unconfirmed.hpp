#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "messaging/publisher.hpp"

namespace pizza::messaging {

/// The messages written on one channel and not yet confirmed, by the number that the broker gives them: 1, 2, 3, …
/// Not thread-safe. `answer` is called as `answer(done, outcome, since)`
/// once for each, with the time at which it was written.
class Unconfirmed {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  std::size_t size() const noexcept { return slots_.size(); }
  bool empty() const noexcept { return slots_.empty(); }
  /// When the oldest was written.
  std::optional<Instant> oldest() const { return empty() ? std::nullopt : std::optional{slots_.front().since}; }

  void written(std::string message_id, Publisher::Done done, Instant now) {
    slots_.push_back({.message_id = std::move(message_id), .done = std::move(done), .since = now});
  }

  /// A returned message is confirmed too, right after; it carries no number, so its id says which one it is.
  void returned(const std::string& message_id) {
    for (auto& slot : slots_) {
      if (slot.outcome == Outcome::confirmed && slot.message_id == message_id) {
        slot.outcome = Outcome::returned;
        return;
      }
    }
  }

  template <class Answer>
  void confirmed(std::uint64_t number, bool multiple, bool accepted, Answer answer) {
    if (number < first_ || number >= first_ + slots_.size()) return;
    const auto last = static_cast<std::size_t>(number - first_);
    for (auto i = multiple ? 0 : last; i <= last; ++i) settle(slots_[i], accepted, answer);
    while (!slots_.empty() && slots_.front().settled) {
      slots_.pop_front();
      ++first_;
    }
  }

  /// Answers `unknown` for what was written before `instant`, but keeps the places: late confirms change nothing more.
  template <class Answer>
  void give_up_before(Instant instant, Answer answer) {
    for (auto& slot : slots_) {
      if (slot.since >= instant) return;
      if (slot.done) answer(std::exchange(slot.done, nullptr), Outcome::unknown, slot.since);
    }
  }

  /// The channel is gone: answers `unknown` for all, and starts numbering anew.
  template <class Answer>
  void give_up(Answer answer) {
    give_up_before(Instant::max(), answer);
    slots_.clear();
    first_ = 1;
  }

 private:
  struct Slot {
    std::string message_id;
    Publisher::Done done;  // empty: answered
    Instant since;
    Outcome outcome = Outcome::confirmed;  // if the broker accepts it
    bool settled = false;
  };

  template <class Answer>
  static void settle(Slot& slot, bool accepted, Answer& answer) {
    slot.settled = true;
    if (slot.done) answer(std::exchange(slot.done, nullptr), accepted ? slot.outcome : Outcome::nacked, slot.since);
  }

  std::deque<Slot> slots_;
  std::uint64_t first_ = 1;  // the number of slots_.front()
};

}  // namespace pizza::messaging
