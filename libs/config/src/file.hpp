#pragma once

#include <functional>
#include <string>
#include <vector>

#include "keys.hpp"

namespace pizza::config {

/// One value as it was given, and the words a message about it starts with (`config.yaml:7: order.port`, `--port`).
struct Given {
  const Key* key = nullptr;
  std::string value;
  std::string where;
  std::function<void(Draft&)> store;  ///< instead of `value` where that was no text, and was read already
};

/// Reads the YAML file. Throws core::UsageError (`FILE:LINE: section.key: reason`) if it cannot be read or parsed, or
/// has an unknown, doubled, nested or empty key.
std::vector<Given> read_file(const std::string& path);

}  // namespace pizza::config
