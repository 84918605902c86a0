#include "core/backoff.hpp"

#include <algorithm>
#include <random>

namespace pizza::core {

std::chrono::milliseconds Backoff::next() {
  static thread_local std::minstd_rand engine{std::random_device{}()};
  const auto base = next_;
  next_ = std::min(next_ * 2, most_);
  std::uniform_int_distribution<std::int64_t> jitter{75, 125};
  return base * jitter(engine) / 100;
}

}  // namespace pizza::core
