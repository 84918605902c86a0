#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/load.hpp"
#include "core/error.hpp"

namespace pizza::test {

using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

inline constexpr auto kOrder = config::Program::order_service;
inline constexpr auto kKitchen = config::Program::kitchen_worker;
inline constexpr auto kTracking = config::Program::tracking_service;
inline constexpr auto kNotifier = config::Program::notification_subscriber;

/// An empty working directory of the test's own, so that no `./config.yaml` of anybody else is found.
class WorkingDirectory {
 public:
  WorkingDirectory() : before_(std::filesystem::current_path()) {
    std::string name = (std::filesystem::temp_directory_path() / "pizza-XXXXXX").string();
    path_ = mkdtemp(name.data());
    std::filesystem::current_path(path_);
  }
  ~WorkingDirectory() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

  static void write(const std::string& name, std::string_view text) { std::ofstream(name, std::ios::binary) << text; }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

inline std::variant<config::Invocation, config::Answer, config::Probe> load_any(config::Program program,
                                                                                const Arguments& arguments,
                                                                                const Variables& variables = {}) {
  return config::load(program, arguments, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

inline config::Settings load(config::Program program, const Arguments& arguments, const Variables& variables = {}) {
  return std::get<config::Invocation>(load_any(program, arguments, variables)).settings;
}

/// The message of the UsageError without its pointer to `--help`, which must be there; "(accepted)" if there was none.
inline std::string refusal(config::Program program, const Arguments& arguments, const Variables& variables = {}) {
  try {
    load_any(program, arguments, variables);
    return "(accepted)";
  } catch (const core::UsageError& error) {
    const std::string text = error.what();
    const auto pointer = " (see " + std::string{config::to_string(program)} + " --help)";
    if (!text.ends_with(pointer) || text.find('\n') != std::string::npos)
      return "(not one line with a pointer) " + text;
    return text.substr(0, text.size() - pointer.size());
  }
}

/// The refusal of a file `c.yaml` with this text.
inline std::string file_refusal(std::string_view text) {
  const WorkingDirectory directory;
  directory.write("c.yaml", text);
  return refusal(config::Program::order_service, {"--config=c.yaml"});
}

}  // namespace pizza::test
