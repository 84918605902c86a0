#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace pizza::order {

/// The idempotency keys of the requests that this process works on: a second request with a key is told so at once and
/// never waits for the first. Thread-safe. As many keys at most as there are requests.
class KeysInFlight {
 public:
  /// A key that is in flight until the end of its life.
  class Hold {
   public:
    Hold(KeysInFlight& keys, std::set<std::string>::iterator place) : keys_(&keys), place_(place) {}
    ~Hold() {
      if (keys_ != nullptr) keys_->leave(place_);
    }
    Hold(Hold&& other) noexcept : keys_(std::exchange(other.keys_, nullptr)), place_(other.place_) {}
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    Hold& operator=(Hold&&) = delete;

   private:
    KeysInFlight* keys_;
    std::set<std::string>::iterator place_;
  };

  /// nullopt: it is in flight already.
  std::optional<Hold> enter(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto [place, added] = keys_.insert(key);
    if (!added) return std::nullopt;
    return std::optional<Hold>{std::in_place, *this, place};
  }

 private:
  void leave(std::set<std::string>::iterator place) {
    const std::lock_guard lock(mutex_);
    keys_.erase(place);
  }

  std::mutex mutex_;
  std::set<std::string> keys_;
};

}  // namespace pizza::order
