#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pizza::domain {

/// An exact amount in integer cents; binary floating point never touches it (CONTRACT §2).
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money from_cents(std::int64_t cents) { return Money{cents}; }
  /// Reads the text of a JSON number or of an SQL numeric. nullopt unless its exact decimal value is a whole number of
  /// cents: `9.9`, `10`, `10.50`, `1e1` are, `9.999` is not, nor is anything beyond ±10^15. Bounded work for any
  /// exponent.
  static std::optional<Money> parse(std::string_view text);

  constexpr std::int64_t cents() const { return cents_; }
  /// Always two decimals: `24.98`.
  std::string to_string() const;

  friend constexpr auto operator<=>(Money, Money) = default;
  friend constexpr Money operator+(Money a, Money b) { return Money{a.cents_ + b.cents_}; }
  friend constexpr Money operator*(Money a, std::int64_t times) { return Money{a.cents_ * times}; }

 private:
  explicit constexpr Money(std::int64_t cents) : cents_(cents) {}
  std::int64_t cents_ = 0;
};

}  // namespace pizza::domain
