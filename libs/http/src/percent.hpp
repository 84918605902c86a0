#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pizza::http {

/// Percent-decodes strictly: nullopt for an incomplete or wrong escape and for control characters, raw or escaped.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// `a=1&b=2`, decoded; the first of a doubled name. nullopt if any part cannot be decoded.
std::optional<std::map<std::string, std::string>> parse_query(std::string_view query);

}  // namespace pizza::http
