#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pizza::http {

/// A method or a header name (RFC 9110 `token`).
bool is_token(std::string_view text);
/// Free of control characters other than tabs. Bytes above 0x7F are let through.
bool is_field_value(std::string_view text);
/// Equal but for the case of ASCII letters; `lower` is in lower case.
bool equals_ignoring_case(std::string_view text, std::string_view lower);
std::string to_lower(std::string_view text);
/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);
/// Whether the comma-separated list `value` names `lower`.
bool lists(std::string_view value, std::string_view lower);
/// Name and trimmed value. nullopt for everything RFC 9112 forbids: folding, a space before the colon, an empty name,
/// control characters.
std::optional<std::pair<std::string_view, std::string_view>> split_header(std::string_view line);

}  // namespace pizza::http
