#include "values.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pizza::config {
namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Digits only; nullopt if there are others or too many.
std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t value = 0;
  if (!is_digits(text)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> parsed_seconds(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = digits(text.substr(0, point));
  if (!whole || *whole > 1'000'000'000) return std::nullopt;
  std::int64_t thousandths = 0;
  if (point != std::string_view::npos) {
    const auto fraction = text.substr(point + 1);
    if (!is_digits(fraction)) return std::nullopt;
    const auto digit = [&](std::size_t place) { return place < fraction.size() ? fraction[place] - '0' : 0; };
    thousandths = digit(0) * 100 + digit(1) * 10 + digit(2) + (digit(3) >= 5 ? 1 : 0);
  }
  return std::chrono::milliseconds{*whole * 1000 + thousandths};
}

/// How many bytes a character takes that begins with `lead`; 0 if none does.
std::size_t sequence_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

/// The number of code points, or nullopt if a byte is out of place or a character is not printable.
std::optional<std::size_t> printable_length(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const auto size = sequence_size(lead);
    if (size == 0 || size > text.size()) return std::nullopt;
    std::uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
    for (const char c : text.substr(1, size - 1)) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte & 0xC0U) != 0x80U) return std::nullopt;
      point = point << 6U | (byte & 0x3FU);
    }
    const bool overlong = (size == 3 && point < 0x800) || (size == 4 && (point < 0x1'0000 || point > 0x10'FFFF));
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point < 0x20 || (point >= 0x7F && point < 0xA0)) return std::nullopt;
    text.remove_prefix(size);
    ++count;
  }
  return count;
}

std::optional<std::chrono::seconds> unit_of(char letter) {
  switch (letter) {
    case 'd':
      return std::chrono::days{1};
    case 'h':
      return std::chrono::hours{1};
    case 'm':
      return std::chrono::minutes{1};
    case 's':
      return std::chrono::seconds{1};
    default:
      return std::nullopt;
  }
}

std::string in_seconds(std::chrono::milliseconds time) {
  return fmt::format("{}", static_cast<double>(time.count()) / 1000);
}

}  // namespace

Parsed<std::int64_t> parse_whole(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto value = digits(text);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  if (!value || leading_zero || *value < least || *value > most) {
    return std::unexpected(fmt::format("must be a whole number from {} to {}, not {}", least, most, in_quotes(text)));
  }
  return *value;
}

Parsed<std::chrono::milliseconds> parse_seconds(std::string_view text, std::chrono::milliseconds least,
                                                std::chrono::milliseconds most) {
  const auto value = parsed_seconds(text);
  if (!value || *value < least || *value > most) {
    return std::unexpected(fmt::format("must be a number of seconds from {} to {}, not {}", in_seconds(least),
                                       in_seconds(most), in_quotes(text)));
  }
  return *value;
}

Parsed<std::chrono::seconds> parse_age(std::string_view text, std::chrono::days least, std::chrono::days most) {
  const auto unit = text.empty() ? std::nullopt : unit_of(text.back());
  if (unit) {
    // Bounded before it is multiplied.
    const auto count = parse_whole(text.substr(0, text.size() - 1), 1, most / *unit);
    if (count && *count * *unit >= least) return *count * *unit;
  }
  return std::unexpected(fmt::format("must be a whole number and d, h, m or s, from {}d to {}d, not {}", least.count(),
                                     most.count(), in_quotes(text)));
}

Parsed<bool> parse_bool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::unexpected(fmt::format("must be true or false, not {}", in_quotes(text)));
}

Parsed<std::string> parse_word(std::string_view text, std::span<const std::string_view> words) {
  if (std::ranges::find(words, text) != words.end()) return std::string{text};
  return std::unexpected(
      fmt::format("must be {}{}, not {}", words.size() > 1 ? "one of " : "", fmt::join(words, ", "), in_quotes(text)));
}

Parsed<std::vector<std::string>> parse_words(std::string_view text, std::span<const std::string_view> words) {
  std::vector<std::string> chosen;
  for (const auto part : split(text, ',')) {
    std::string word{part};
    std::ranges::replace(word, '-', '_');
    if (std::ranges::find(words, word) == words.end()) {
      return std::unexpected(
          fmt::format("must be some of {} with commas between, not {}", fmt::join(words, ", "), in_quotes(part)));
    }
    if (std::ranges::find(chosen, word) == chosen.end()) chosen.push_back(std::move(word));
  }
  return chosen;
}

Parsed<std::string> parse_text(std::string_view text, std::size_t most) {
  const auto length = printable_length(text);
  if (!length) return std::unexpected(std::string{"must be printable text in UTF-8"});
  if (*length > most) return std::unexpected(fmt::format("must be at most {} characters, not {}", most, *length));
  return std::string{text};
}

Parsed<std::string> read_text_file(const std::string& path) {
  const auto fault = [](int error) {
    return std::unexpected("cannot read the file: " + std::generic_category().message(error));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return fault(EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fault(errno);
  try {
    return std::string{std::istreambuf_iterator<char>(file), {}};
  } catch (const std::ios_base::failure&) {
    return fault(EIO);
  }
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string shown{text.substr(0, kShown)};
  std::ranges::replace_if(shown, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return fmt::format("'{}{}'", shown, text.size() > kShown ? "..." : "");
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace pizza::config
