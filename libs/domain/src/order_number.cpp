#include "domain/order_number.hpp"

#include <charconv>
#include <cstddef>

#include <fmt/format.h>

namespace pizza::domain {
namespace {

constexpr std::string_view kPrefix = "ORD_";
constexpr std::size_t kDaySize = 8;

std::optional<std::int64_t> to_integer(std::string_view digits) {
  std::int64_t value = 0;
  const auto* begin = digits.data();
  const auto* end = begin + digits.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<std::chrono::sys_days> to_day(std::int64_t yyyymmdd) {
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(yyyymmdd / 10'000)},
                                         std::chrono::month{static_cast<unsigned>(yyyymmdd / 100 % 100)},
                                         std::chrono::day{static_cast<unsigned>(yyyymmdd % 100)}};
  if (yyyymmdd < 0 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

}  // namespace

std::optional<OrderNumber> OrderNumber::parse(std::string_view text) {
  if (!text.starts_with(kPrefix) || text.size() <= kPrefix.size() + kDaySize + 1) return std::nullopt;
  const auto number = to_integer(text.substr(kPrefix.size(), kDaySize));
  const auto sequence = to_integer(text.substr(kPrefix.size() + kDaySize + 1));
  const auto day = number ? to_day(*number) : std::nullopt;
  if (!day || !sequence || *sequence < 1) return std::nullopt;
  const OrderNumber parsed{*day, *sequence};
  // There is one way to write a number; anything else that reads as the same is not it.
  if (parsed.to_string() != text) return std::nullopt;
  return parsed;
}

std::string OrderNumber::to_string() const {
  const std::chrono::year_month_day date{day_};
  return fmt::format("{}{:04}{:02}{:02}_{:03}", kPrefix, static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), sequence_);
}

}  // namespace pizza::domain
