#pragma once

#include <cstddef>
#include <string_view>

namespace pizza::json {

/// One code point at the front of a text; `size` 0 means that the text does not begin with valid UTF-8.
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
};

/// Decodes the front of `text`, which must not be empty. Overlong forms, surrogates and values above U+10FFFF are
/// invalid.
CodePoint decode_utf8(std::string_view text);

/// C0, DEL or C1.
constexpr bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

}  // namespace pizza::json
