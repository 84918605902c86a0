#include "notifier/app/seen.hpp"

namespace pizza::notifier {

bool Seen::is_new(const std::string& key) {
  if (!keys_.insert(key).second) return false;
  order_.push_back(key);
  if (order_.size() > capacity_) {
    keys_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

}  // namespace pizza::notifier
