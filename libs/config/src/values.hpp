#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pizza::config {

/// Text to value, strictly; an error is the reason as it stands in a message ("must be …, not 'x'").
template <class T>
using Parsed = std::expected<T, std::string>;

/// The statuses of an order, as notifications may be filtered by.
inline constexpr std::array<std::string_view, 7> kStatuses{"received",  "cooking",   "ready",    "out_for_delivery",
                                                           "delivered", "completed", "cancelled"};

/// A decimal number without sign, fraction or leading zeros, so that `010` is never quietly 8 or 10.
Parsed<std::int64_t> parse_whole(std::string_view text, std::int64_t least, std::int64_t most);
/// Seconds, decimals allowed: `2`, `0.25`.
Parsed<std::chrono::milliseconds> parse_seconds(std::string_view text, std::chrono::milliseconds least,
                                                std::chrono::milliseconds most);
/// A whole number of days, hours, minutes or seconds: `90d`, `36h`. The bounds are told in days.
Parsed<std::chrono::seconds> parse_age(std::string_view text, std::chrono::days least, std::chrono::days most);
Parsed<bool> parse_bool(std::string_view text);
/// Exactly one of `words`.
Parsed<std::string> parse_word(std::string_view text, std::span<const std::string_view> words);
/// Some of `words` between commas, each kept once; `-` in place of `_` is understood (the earlier text's `dine-in`).
Parsed<std::vector<std::string>> parse_words(std::string_view text, std::span<const std::string_view> words);
/// Valid UTF-8 of printable characters, at most `most` of them; whether it may be empty is the caller's to say.
Parsed<std::string> parse_text(std::string_view text, std::size_t most);

/// A whole file.
Parsed<std::string> read_text_file(const std::string& path);

/// The value for a message: in quotes, short, printable.
std::string in_quotes(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace pizza::config
