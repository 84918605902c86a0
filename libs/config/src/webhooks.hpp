#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "config/settings.hpp"
#include "keys.hpp"

namespace pizza::config {

inline constexpr std::string_view kWebhooksKey = "notifier.webhooks";

/// The words a message about this node starts with, `path` being `notifier.webhooks[1].types`.
using Where = std::function<std::string(const YAML::Node&, const std::string& path)>;

/// The list of endpoints. Throws core::UsageError (`WHERE: reason`); neither a secret nor a URL stands in it.
std::vector<Webhook> read_webhooks(const YAML::Node& list, const Where& where);

/// The same from one text, as an environment variable has it: `[{url: https://…, secret: …}]`.
Fault apply_webhooks(Draft& draft, const std::string& text);

}  // namespace pizza::config
