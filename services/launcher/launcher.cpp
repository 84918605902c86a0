#include "launcher/launcher.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "core/error.hpp"
#include "launcher/usage.hpp"

namespace pizza::launcher {
namespace {

constexpr std::array<std::string_view, 4> kModes{"order-service", "kitchen-worker", "tracking-service",
                                                 "notification-subscriber"};
/// What the order-service does and then exits.
constexpr std::array<std::string_view, 6> kCommands{"--setup-db",     "--setup-queues", "--migrate-db",
                                                    "--dead-letters", "--audit",        "--prune"};

using Arguments = std::vector<std::string>;

/// Given with or without a value.
bool has(const Arguments& arguments, std::string_view flag) {
  return std::ranges::any_of(arguments, [&](std::string_view argument) {
    return argument.starts_with(flag) && (argument.size() == flag.size() || argument[flag.size()] == '=');
  });
}

/// The value of `--mode=X` or `--mode X`; empty if it lacks one.
std::optional<std::string> mode_of(const Arguments& arguments) {
  constexpr std::string_view kFlag = "--mode";
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (argument->starts_with("--mode=")) return argument->substr(kFlag.size() + 1);
    if (*argument == kFlag) return std::next(argument) == arguments.end() ? std::string{} : *std::next(argument);
  }
  return std::nullopt;
}

std::string executable_for(const std::string& mode) {
  if (std::ranges::find(kModes, mode) != kModes.end()) return mode;
  throw core::UsageError(
      fmt::format("--mode: must be one of {} (see restaurant-system --help)", fmt::join(kModes, ", ")));
}

}  // namespace

std::variant<Launch, std::string> decide(const Arguments& arguments) {
  if (const auto mode = mode_of(arguments)) return Launch{executable_for(*mode), arguments};
  if (has(arguments, "--help")) return std::string{usage()};
  if (has(arguments, "--version")) return std::string{"restaurant-system " PIZZA_VERSION "\n"};
  if (std::ranges::any_of(kCommands, [&](auto command) { return has(arguments, command); })) {
    return Launch{"order-service", arguments};
  }
  throw core::UsageError(
      fmt::format("--mode: is required, one of {} (see restaurant-system --help)", fmt::join(kModes, ", ")));
}

void become(const Launch& launch) {
  const auto path = std::filesystem::read_symlink("/proc/self/exe").replace_filename(launch.executable).string();
  auto words = launch.arguments;
  words.insert(words.begin(), launch.executable);
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execv(path.c_str(), pointers.data());
  throw core::Error(fmt::format("cannot start {}: {}", path, std::generic_category().message(errno)));
}

}  // namespace pizza::launcher
