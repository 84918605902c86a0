#include "backlog.hpp"

#include <utility>

namespace pizza::logging {

void Backlog::push(Item item) {
  const auto size = item.text.size() + sizeof(Item);
  {
    const std::lock_guard lock(mutex_);
    if (bytes_ + size > kCapacity && item.kind != Item::Kind::reopen) {
      ++dropped_;
      return;
    }
    waiting_.push_back(std::move(item));
    bytes_ += size;
    ++pushed_count_;
    if (waiting_.size() > 1) return;  // the writing thread was told when the first one came
  }
  arrived_.notify_one();
}

void Backlog::count_dropped() {
  const std::lock_guard lock(mutex_);
  ++dropped_;
}

Backlog::Batch Backlog::take(Batch emptied) {
  emptied.items.clear();
  std::unique_lock lock(mutex_);
  written_count_ = taken_count_;
  written_.notify_all();
  arrived_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
  emptied.items.swap(waiting_);
  taken_count_ += emptied.items.size();
  bytes_ = 0;
  emptied.dropped = std::exchange(dropped_, 0);
  dropped_before_ += emptied.dropped;
  emptied.finished = emptied.items.empty() && emptied.dropped == 0;
  return emptied;
}

bool Backlog::wait_written(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  const auto goal = pushed_count_;
  return written_.wait_for(lock, limit, [&] { return written_count_ >= goal; });
}

std::uint64_t Backlog::dropped_in_all() const {
  const std::lock_guard lock(mutex_);
  return dropped_before_ + dropped_;
}

void Backlog::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  arrived_.notify_one();
}

}  // namespace pizza::logging
