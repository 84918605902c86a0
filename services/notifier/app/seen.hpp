#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_set>

namespace pizza::notifier {

/// Remembers the last so many notifications, so that one delivered again is not shown, or sent on, again. Not
/// thread-safe.
class Seen {
 public:
  explicit Seen(std::size_t capacity) : capacity_(capacity) {}
  Seen(const Seen&) = delete;
  Seen& operator=(const Seen&) = delete;

  /// True the first time; from then on, until it is forgotten as the oldest, false.
  bool is_new(const std::string& key);
  /// Whether it is remembered.
  bool contains(const std::string& key) const { return keys_.contains(key); }

 private:
  std::size_t capacity_;
  std::unordered_set<std::string> keys_;
  std::deque<const std::string*> order_;  ///< of `keys_`, the oldest first
};

}  // namespace pizza::notifier
