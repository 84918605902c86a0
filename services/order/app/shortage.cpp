#include "order/app/shortage.hpp"

#include <algorithm>

namespace pizza::order {

std::size_t Shortage::add(const QueueLook& look) {
  // An empty queue is looked at without regard to hands: its orders must themselves have waited through all looks.
  const auto accounted = look.messages == 0 ? 0 : look.messages + look.free_hands;
  if (look.needy <= accounted) {
    forget();
    return 0;
  }
  looks_ = std::min(looks_ + 1, kLooks);
  least_ = std::min(least_, look.needy - accounted);
  return looks_ == kLooks ? least_ : 0;
}

void Shortage::published(bool more) {
  forget();
  if (more) looks_ = kLooks - 1;
}

void Shortage::forget() { *this = {}; }

}  // namespace pizza::order
