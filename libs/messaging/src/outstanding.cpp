#include "outstanding.hpp"

#include <algorithm>

namespace pizza::messaging {

void Outstanding::delivered(std::uint64_t tag) {
  if (states_.empty()) first_ = tag;
  states_.resize(tag - first_, State::sent);
  states_.push_back(State::held);
}

bool Outstanding::settle(std::uint64_t tag, bool requeue) {
  if (tag < first_ || tag >= first_ + states_.size()) return false;
  auto& state = states_[tag - first_];
  if (state != State::held) return false;
  state = requeue ? State::requeued : State::acked;
  settled_.push_back(tag);
  return true;
}

std::vector<Settlement> Outstanding::flush() {
  std::vector<Settlement> result;
  std::ranges::sort(settled_);
  // Requeues first: they would otherwise interrupt a run of acks.
  for (const auto tag : settled_) {
    auto& state = states_[tag - first_];
    if (state != State::requeued) continue;
    result.push_back({.tag = tag, .requeue = true});
    state = State::sent;
  }
  std::uint64_t last_of_run = 0;
  for (; !states_.empty() && (states_.front() == State::acked || states_.front() == State::sent); states_.pop_front()) {
    if (states_.front() == State::acked) last_of_run = first_;
    ++first_;
  }
  if (last_of_run != 0) result.push_back({.tag = last_of_run, .multiple = true});
  for (const auto tag : settled_) {
    if (tag < first_ || states_[tag - first_] != State::acked) continue;
    result.push_back({.tag = tag});
    states_[tag - first_] = State::sent;
  }
  settled_.clear();
  return result;
}

void Outstanding::clear() {
  states_.clear();
  settled_.clear();
  first_ = 1;
}

}  // namespace pizza::messaging
