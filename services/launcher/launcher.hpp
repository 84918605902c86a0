#pragma once

#include <string>
#include <variant>
#include <vector>

namespace pizza::launcher {

/// The executable to become, and all arguments as they were given.
struct Launch {
  std::string executable;
  std::vector<std::string> arguments;
};

/// What the arguments (after the program's name) ask for: an executable, or a text to print. Throws core::UsageError if
/// they name no mode or an unknown one.
std::variant<Launch, std::string> decide(const std::vector<std::string>& arguments);

/// Becomes the executable of that name in this one's folder; returns only by throwing core::Error.
[[noreturn]] void become(const Launch& launch);

}  // namespace pizza::launcher
