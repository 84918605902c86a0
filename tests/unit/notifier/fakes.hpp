#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "notifier/app/outward.hpp"

namespace pizza::notifier::test {

inline SharedMessage message(const std::string& key, const std::string& only_to = "") {
  return std::make_shared<const OutwardMessage>(OutwardMessage{.key = key, .body = "{}", .only_to = only_to});
}

inline Attempt answered(int status) {
  return {.status = status, .cause = status < 300 ? "" : "the endpoint answered " + std::to_string(status)};
}

/// Answers as it is told, and can be held up.
class FakeEndpoint final : public Endpoint {
 public:
  using Answer = std::function<Attempt(const OutwardMessage&, int nth)>;
  explicit FakeEndpoint(Answer answer) : answer_(std::move(answer)) {}

  Attempt post(const OutwardMessage& message, const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    const int nth = ++posts_;
    changed_.notify_all();
    while (held_ && !stop.stop_requested()) changed_.wait_for(lock, std::chrono::milliseconds{5});
    if (held_) return {.cause = "broken off"};
    return answer_(message, nth);
  }

  void hold() { set_held(true); }
  void release() { set_held(false); }
  int posts() const {
    const std::lock_guard lock(mutex_);
    return posts_;
  }
  bool wait_posts(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return posts_ >= count; });
  }

 private:
  void set_held(bool held) {
    {
      const std::lock_guard lock(mutex_);
      held_ = held;
    }
    changed_.notify_all();
  }

  Answer answer_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int posts_ = 0;
  bool held_ = false;
};

}  // namespace pizza::notifier::test
