#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pizza::domain {

/// `ORD_YYYYMMDD_NNN`: the UTC day and a sequence from 001, at least three digits and more when needed.
class OrderNumber {
 public:
  OrderNumber(std::chrono::sys_days day, std::int64_t sequence) : day_(day), sequence_(sequence) {}
  /// nullopt unless `text` is exactly what `to_string` would write for some real day and a sequence of 1 or more.
  static std::optional<OrderNumber> parse(std::string_view text);

  std::chrono::sys_days day() const { return day_; }
  std::int64_t sequence() const { return sequence_; }
  std::string to_string() const;

 private:
  std::chrono::sys_days day_;
  std::int64_t sequence_;
};

}  // namespace pizza::domain
