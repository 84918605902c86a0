#include "order/app/admission.hpp"

namespace pizza::order {

std::optional<Admission::Permit> Admission::enter() {
  std::unique_lock lock(mutex_);
  if (free_ == 0) {
    if (waiting_ >= max_waiting_) return std::nullopt;
    ++waiting_;
    const bool freed = freed_.wait_for(lock, patience_, [this] { return free_ > 0; });
    --waiting_;
    if (!freed) return std::nullopt;
  }
  --free_;
  return Permit{*this};
}

void Admission::leave() {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
  }
  freed_.notify_one();
}

}  // namespace pizza::order
