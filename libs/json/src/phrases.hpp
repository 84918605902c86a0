#pragma once

#include <cstddef>
#include <string_view>

#include <rapidjson/error/error.h>

namespace pizza::json {

inline constexpr std::string_view kControlCharacter = "control character in a string";

/// What to tell a client about a syntax error of RapidJSON's at `offset` of `document`.
std::string_view phrase_for(rapidjson::ParseErrorCode code, std::string_view document, std::size_t offset);

}  // namespace pizza::json
