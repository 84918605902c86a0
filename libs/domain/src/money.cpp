#include "domain/money.hpp"

#include <cstddef>
#include <limits>

#include <fmt/format.h>

namespace pizza::domain {
namespace {

constexpr std::int64_t kMostCents = 100'000'000'000'000'000;  // 10^15 in cents
constexpr std::int64_t kMostExponent = 1'000'000'000'000;     // beyond what any text's digits could make up for

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const auto digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

/// A decimal number as it is written: ±(whole).(fraction)e(exponent).
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

std::optional<std::int64_t> take_exponent(std::string_view& text) {
  if (!take(text, "eE")) return 0;
  const bool negative = !text.empty() && text.front() == '-';
  take(text, "+-");
  const auto digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  for (const char digit : digits) {
    if (exponent < kMostExponent) exponent = exponent * 10 + (digit - '0');
  }
  return negative ? -exponent : exponent;
}

std::optional<Decimal> split(std::string_view text) {
  Decimal decimal;
  decimal.negative = take(text, "-");
  decimal.whole = take_digits(text);
  if (decimal.whole.empty() || (decimal.whole.size() > 1 && decimal.whole.front() == '0')) return std::nullopt;
  if (take(text, ".")) {
    decimal.fraction = take_digits(text);
    if (decimal.fraction.empty()) return std::nullopt;
  }
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;
  decimal.exponent = *exponent;
  return decimal;
}

/// The digits between the first and the last that are not zero, as an integer, and the power of ten it stands for.
struct Significand {
  std::int64_t value = 0;
  std::int64_t exponent = 0;
};

/// nullopt if it has more digits than any amount we take; after that nothing here can overflow.
std::optional<Significand> significand_of(const Decimal& decimal) {
  constexpr int kMostDigits = std::numeric_limits<std::int64_t>::digits10;
  Significand result;
  std::int64_t zeros = 0;  // seen since the last other digit
  int digits = 0;
  for (const auto part : {decimal.whole, decimal.fraction}) {
    for (const char digit : part) {
      if (digit == '0') {
        ++zeros;
        continue;
      }
      if (result.value == 0) zeros = 0;
      if (digits + zeros + 1 > kMostDigits) return std::nullopt;
      digits += static_cast<int>(zeros) + 1;
      for (; zeros > 0; --zeros) result.value *= 10;
      result.value = result.value * 10 + (digit - '0');
    }
  }
  result.exponent = decimal.exponent - static_cast<std::int64_t>(decimal.fraction.size()) + zeros;
  return result;
}

}  // namespace

std::optional<Money> Money::parse(std::string_view text) {
  const auto decimal = split(text);
  if (!decimal) return std::nullopt;
  const auto significand = significand_of(*decimal);
  if (!significand) return std::nullopt;
  auto cents = significand->value;
  if (cents == 0) return Money{};
  if (significand->exponent < -2) return std::nullopt;  // its last digit is not zero: a part of a cent
  for (auto power = significand->exponent + 2; power > 0; --power) {
    if (cents > kMostCents / 10) return std::nullopt;  // at the latest after 17 steps
    cents *= 10;
  }
  if (cents > kMostCents) return std::nullopt;
  return Money{decimal->negative ? -cents : cents};
}

std::string Money::to_string() const {
  const auto magnitude =
      cents_ < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(cents_) : static_cast<std::uint64_t>(cents_);
  return fmt::format("{}{}.{:02}", cents_ < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

}  // namespace pizza::domain
