#include "header_syntax.hpp"

#include <algorithm>
#include <array>

namespace pizza::http {
namespace {

constexpr auto kTokenChars = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view{"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return kTokenChars[static_cast<unsigned char>(c)]; });
}

bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20U && c != 0x7F); });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) { return lowered(a) == b; });
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), lowered);
  return lower;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool lists(std::string_view value, std::string_view lower) {
  for (;;) {
    const auto comma = value.find(',');
    if (equals_ignoring_case(trim(value.substr(0, comma)), lower)) return true;
    if (comma == std::string_view::npos) return false;
    value.remove_prefix(comma + 1);
  }
}

std::optional<std::pair<std::string_view, std::string_view>> split_header(std::string_view line) {
  const auto name = line.substr(0, line.find(':'));
  if (name.size() == line.size() || !is_token(name)) return std::nullopt;
  const auto value = trim(line.substr(name.size() + 1));
  if (!is_field_value(value)) return std::nullopt;
  return std::pair{name, value};
}

}  // namespace pizza::http
