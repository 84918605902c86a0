#pragma once

#include <string_view>

#include "config/settings.hpp"
#include "values.hpp"

namespace pizza::config {

/// A webhook with the parts of this URL: `http[s]://host[:port][/path][?query]`. The error does not repeat the URL.
Parsed<Webhook> parse_webhook_url(std::string_view url);

}  // namespace pizza::config
