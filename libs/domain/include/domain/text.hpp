#pragma once

#include <cstddef>
#include <string_view>

namespace pizza::domain {

/// Number of code points of valid UTF-8.
std::size_t length_in_code_points(std::string_view text);
/// Letters and marks of any script, digits, spaces, hyphens, apostrophes (' and ’); nothing else.
bool is_name_text(std::string_view text);
/// No control, format (but the joiners that scripts and emoji need), unassigned, surrogate or line-separator character.
bool is_printable_text(std::string_view text);
/// True if it is empty or made of spaces (any Unicode space) alone.
bool is_blank(std::string_view text);
/// Without spaces (any Unicode space) at either end.
std::string_view trimmed(std::string_view text);

}  // namespace pizza::domain
