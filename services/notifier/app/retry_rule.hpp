#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace pizza::notifier {

/// What came of one attempt to deliver.
struct Attempt {
  int status = 0;     ///< of the answer; 0: none came
  std::string cause;  ///< why it is not delivered
  std::optional<std::chrono::seconds> retry_after;
  std::chrono::milliseconds took{0};

  bool delivered() const { return status >= 200 && status <= 299; }
};

/// How often a delivery is tried, and how long to wait between: full jitter below a doubling bound, so that a thousand
/// deliveries to an endpoint that comes back do not come in step.
struct RetryRule {
  int attempts = 6;
  std::chrono::milliseconds first_delay{1000};  ///< bound of the first wait
  std::chrono::milliseconds most_delay{60'000};
  std::chrono::seconds most_retry_after{120};  ///< an endpoint may ask for no more

  /// The wait after attempt number `made`; nullopt if that was the last. `chance` is drawn anew from [0, 1) each time.
  std::optional<std::chrono::milliseconds> delay_after(int made, const Attempt& attempt, double chance) const;
};

}  // namespace pizza::notifier
