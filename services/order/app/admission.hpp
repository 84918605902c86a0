#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace pizza::order {

/// `--max-concurrent` (CONTRACT §2): at most N orders are processed at once, at most 4 × N more wait, each for at most
/// one second; past that the answer is no. Thread-safe.
class Admission {
 public:
  explicit Admission(std::size_t max_concurrent, std::chrono::milliseconds patience = std::chrono::seconds{1})
      : free_(max_concurrent), max_waiting_(4 * max_concurrent), patience_(patience) {}

  /// The right to be processed, given back at the end of its life.
  class Permit {
   public:
    explicit Permit(Admission& admission) : admission_(&admission) {}
    ~Permit() {
      if (admission_ != nullptr) admission_->leave();
    }
    Permit(Permit&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    Permit& operator=(Permit&&) = delete;

   private:
    Admission* admission_;
  };

  /// nullopt: too many are waiting already, or it waited in vain.
  std::optional<Permit> enter();

 private:
  void leave();

  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t free_;
  std::size_t waiting_ = 0;
  const std::size_t max_waiting_;
  const std::chrono::milliseconds patience_;
};

}  // namespace pizza::order
