#include "domain/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <utf8proc.h>

namespace pizza::domain {
namespace {

struct CodePoint {
  std::int32_t value = -1;  ///< -1: not valid UTF-8
  std::size_t size = 1;
};

CodePoint decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  std::array<unsigned char, 4> bytes{};
  const auto size = std::min(text.size(), bytes.size());
  std::ranges::copy(text.substr(0, size), bytes.begin());
  std::int32_t value = -1;
  const auto used = utf8proc_iterate(bytes.data(), static_cast<utf8proc_ssize_t>(size), &value);
  if (used < 1) return {};
  return {value, static_cast<std::size_t>(used)};
}

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  while (!text.empty()) {
    const auto code = decode(text);
    if (code.value < 0 || !predicate(code.value)) return false;
    text.remove_prefix(code.size);
  }
  return true;
}

bool is_name_character(std::int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return c == ' ' || c == '-' || c == 0x2010 || c == '\'' || c == 0x2019;
  }
}

bool is_printable_character(std::int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    case UTF8PROC_CATEGORY_CF:
      return c == 0x200C || c == 0x200D;  // the joiners
    default:
      return true;
  }
}

bool is_space(std::int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return (c >= '\t' && c <= '\r') || c == 0x85;
  }
}

}  // namespace

std::size_t length_in_code_points(std::string_view text) {
  const auto leads =
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
  return static_cast<std::size_t>(leads);
}

bool is_name_text(std::string_view text) { return all_of(text, is_name_character); }
bool is_printable_text(std::string_view text) { return all_of(text, is_printable_character); }
bool is_blank(std::string_view text) { return all_of(text, is_space); }

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = text.size();
  for (std::size_t at = 0; at < text.size();) {
    const auto code = decode(text.substr(at));
    if (code.value < 0 || !is_space(code.value)) {
      begin = std::min(begin, at);
      end = at + code.size;
    }
    at += code.size;
  }
  return text.substr(begin, end - begin);
}

}  // namespace pizza::domain
