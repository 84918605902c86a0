#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "config/load.hpp"
#include "file.hpp"

namespace pizza::config {

/// What a command line says.
struct CommandLine {
  std::vector<Given> values;
  std::string config_file;  ///< empty: none named
  Command command = Command::run;
  std::string match;
  std::chrono::seconds older_than{0};
  std::string probe;  ///< `livez` or `readyz`; empty: it is to run
};

/// Throws core::UsageError for a flag that is unknown, doubled, without value, or another program's mode.
std::variant<CommandLine, Answer> parse_flags(Program program, const std::vector<std::string>& arguments);

}  // namespace pizza::config
