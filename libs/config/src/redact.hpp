#pragma once

#include <string>
#include <string_view>

namespace pizza::config {

/// A database connection string of either form with every password taken out. What cannot be understood well enough to
/// be sure is not shown at all.
std::string redacted_url(std::string_view url);
/// Whether the string has one of the two forms.
bool is_readable(std::string_view url);

}  // namespace pizza::config
