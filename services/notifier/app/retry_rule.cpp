#include "notifier/app/retry_rule.hpp"

#include <algorithm>

namespace pizza::notifier {
namespace {

constexpr int kGone = 410;  // "and likely to be permanent" (RFC 9110)

}  // namespace

std::optional<std::chrono::milliseconds> RetryRule::delay_after(int made, const Attempt& attempt, double chance) const {
  if (made >= attempts || attempt.status == kGone) return std::nullopt;
  auto bound = std::min(first_delay, most_delay);
  for (int i = 1; i < made && bound < most_delay; ++i) bound = std::min(bound * 2, most_delay);
  const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(bound * chance);
  if (!attempt.retry_after) return delay;
  return std::max<std::chrono::milliseconds>(delay, std::min(*attempt.retry_after, most_retry_after));
}

}  // namespace pizza::notifier
