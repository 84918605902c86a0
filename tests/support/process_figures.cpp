#include "support/process_figures.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/error.hpp"

namespace pizza::test {
namespace {

std::filesystem::path folder_of(int pid) { return "/proc/" + std::to_string(pid); }

std::size_t number_after(const std::string& status, const std::string& name) {
  const auto at = status.find(name);
  if (at == std::string::npos) throw core::Error("no " + name + " in /proc/…/status");
  return std::stoul(status.substr(at + name.size()));
}

}  // namespace

ProcessFigures figures_of(int pid) {
  std::ifstream file(folder_of(pid) / "status");
  const std::string status{std::istreambuf_iterator<char>(file), {}};
  const std::filesystem::directory_iterator descriptors(folder_of(pid) / "fd");
  return {.resident_kib = number_after(status, "VmRSS:"),
          .peak_kib = number_after(status, "VmHWM:"),
          .descriptors = static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors))),
          .threads = number_after(status, "Threads:")};
}

void forget_peak(int pid) { std::ofstream(folder_of(pid) / "clear_refs") << "5"; }

}  // namespace pizza::test
