// The configuration: `PROGRAM\nFLAG\nFLAG…\n---\nNAME=VALUE\n…\n---\nthe file`. Nothing of the machine but that file is
// read, unless the input names another: those inputs are left alone.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "config/load.hpp"
#include "core/error.hpp"
#include "fuzz/require.hpp"

using namespace pizza;
using fuzz::require;

namespace {

constexpr std::string_view kSecret = "hunter2secret";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view cut(std::string_view& text) {
  const auto end = text.find("---\n");
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 4);
  return part;
}

/// A file in memory under a name that can be opened.
struct File {
  explicit File(std::string_view content) : descriptor(memfd_create("config", 0)) {
    require(descriptor >= 0 && write(descriptor, content.data(), content.size()) >= 0, "there is memory for a file");
    name = "/proc/self/fd/" + std::to_string(descriptor);
  }
  ~File() { close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor;
  std::string name;
};

void check(const config::Invocation& invocation) {
  const auto& settings = invocation.settings;
  require(settings.order.port >= 1 && settings.tracking.port >= 1, "a service listens on a port");
  require(settings.order.max_concurrent >= 1 && settings.kitchen.prefetch >= 1, "what must be positive is");
  require(!settings.rabbitmq.hosts.empty(), "there is a broker");
  for (const auto& host : settings.rabbitmq.hosts) require(host.port != 0, "a broker has a port");
  require(config::redacted(settings.database).find(kSecret) == std::string::npos, "no password in what is shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  // Secrets in files of their own are read from wherever they are.
  if (text.find("_file") != std::string_view::npos || text.find("_FILE") != std::string_view::npos) return 0;
  auto arguments = lines_of(cut(text));
  std::map<std::string, std::string> variables;
  for (const auto& line : lines_of(cut(text))) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  const auto program = static_cast<config::Program>(arguments.empty() ? 0 : arguments.front().size() % 4);
  if (!arguments.empty()) arguments.erase(arguments.begin());
  const File file(text);
  arguments.insert(arguments.begin(), "--config=" + file.name);
  const auto environment = [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  try {
    const auto result = config::load(program, arguments, environment);
    if (const auto* invocation = std::get_if<config::Invocation>(&result)) check(*invocation);
  } catch (const core::UsageError& error) {
    const std::string_view what = error.what();
    require(!what.empty() && what.find("--help") != std::string_view::npos, "a refusal says why, and where to read on");
  }
  return 0;
}
