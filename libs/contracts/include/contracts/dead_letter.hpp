#pragma once

#include <map>
#include <string>

#include "core/clock.hpp"

namespace pizza::contracts {

// Headers of a dead letter (CONTRACT §3).
inline constexpr const char* kErrorHeader = "x-error";
inline constexpr const char* kOriginalQueueHeader = "x-original-queue";
inline constexpr const char* kOriginalRoutingKeyHeader = "x-original-routing-key";
inline constexpr const char* kFailedByHeader = "x-failed-by";
inline constexpr const char* kFailedAtHeader = "x-failed-at";
/// Which webhook a notification is for: a fingerprint of its URL. Absent: for each that wants it.
inline constexpr const char* kWebhookHeader = "x-webhook";

/// Why a message became a dead letter, and where it came from.
struct Failure {
  std::string error;
  std::string queue;
  std::string routing_key;
  std::string failed_by;
  core::TimePoint failed_at;
};

std::map<std::string, std::string> to_headers(const Failure& failure);

}  // namespace pizza::contracts
