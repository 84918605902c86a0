#include "core/clock.hpp"

#include <charconv>

#include <fmt/format.h>

namespace pizza::core {
namespace {

using std::chrono::microseconds;

/// A TimePoint counts nanoseconds and would overflow beyond these years.
constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

/// Takes exactly `width` digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t width, int& value) {
  if (text.size() < width) return false;
  const auto* end = text.data() + width;
  if (text.front() < '0' || text.front() > '9') return false;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return false;
  text.remove_prefix(width);
  return true;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<microseconds> take_fraction(std::string_view& text) {
  microseconds fraction{0};
  if (!take(text, ".")) return fraction;
  std::int64_t unit = 100'000;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    fraction += microseconds{(text.front() - '0') * unit};
    unit /= 10;
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return fraction;
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (text.empty() || take(text, "Zz")) return std::chrono::minutes{0};
  const bool west = text.front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!take(text, "+-") || !take_number(text, 2, hours)) return std::nullopt;
  const bool has_minutes = take(text, ":") || !text.empty();
  if (has_minutes && !take_number(text, 2, minutes)) return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return west ? -offset : offset;
}

}  // namespace

std::string format_utc(TimePoint time) { return format_utc(time, 0); }

std::string format_utc(TimePoint time, int digits) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<microseconds>(time - day)};
  auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                          clock.minutes().count(), clock.seconds().count());
  if (digits > 0)
    text += '.' + fmt::format("{:06}", clock.subseconds().count()).substr(0, static_cast<std::size_t>(digits));
  return text + 'Z';
}

std::optional<TimePoint> parse_utc(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const bool fields = take_number(text, 4, year) && take(text, "-") && take_number(text, 2, month) && take(text, "-") &&
                      take_number(text, 2, day) && take(text, "T t") && take_number(text, 2, hour) && take(text, ":") &&
                      take_number(text, 2, minute) && take(text, ":") && take_number(text, 2, second);
  if (!fields) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto zone = take_zone(text);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < kFirstYear || year > kLastYear) return std::nullopt;
  if (!zone || !text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + *fraction - *zone;
}

}  // namespace pizza::core
