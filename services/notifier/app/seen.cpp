#include "notifier/app/seen.hpp"

namespace pizza::notifier {

bool Seen::is_new(const std::string& key) {
  const auto [place, is_new] = keys_.insert(key);
  if (!is_new) return false;
  order_.push_back(&*place);
  if (order_.size() > capacity_) {
    keys_.erase(keys_.find(*order_.front()));
    order_.pop_front();
  }
  return true;
}

}  // namespace pizza::notifier
