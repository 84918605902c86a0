#pragma once

#include <string>

#include "config/load.hpp"

namespace pizza::config {

/// One line: what the program does.
std::string description(Program program);
/// What follows the options in `--help`: examples, environment, exit codes.
std::string footer(Program program);

}  // namespace pizza::config
