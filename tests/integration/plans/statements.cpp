#include "integration/plans/statements.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "core/error.hpp"

namespace pizza::plans {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>{stream}, {}};
}

void read(const std::filesystem::path& file, std::vector<Named>& all) {
  const std::regex declared{R"RE(constexpr[\w\s:]*\bStatement\s+\w+)RE"};
  const std::regex name{R"RE(^\s*\{\s*"(\w+)",\s*)RE"};
  const auto text = text_of(file);
  for (std::sregex_iterator it{text.begin(), text.end(), declared}; it != std::sregex_iterator{}; ++it) {
    const auto rest = std::string{it->suffix().first, it->suffix().second};
    std::smatch named;
    if (!std::regex_search(rest, named, name)) throw core::Error(file.string() + ": no name after " + it->str());
    const auto literal = rest.substr(static_cast<std::size_t>(named.length()));
    const bool raw = literal.starts_with("R\"(");
    const auto from = raw ? std::size_t{3} : std::size_t{1};
    const auto to = literal.find(raw ? ")\"}" : "\"}", from);
    if ((!raw && !literal.starts_with('"')) || to == std::string::npos)
      throw core::Error(file.string() + ": no end of " + it->str());
    all.push_back({named.str(1), literal.substr(from, to - from), file.string()});
  }
}

}  // namespace

std::vector<Named> statements_of_sources() {
  std::vector<Named> all;
  for (const auto* folder : {"libs", "services"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path{PIZZA_SOURCE_DIR} / folder)) {
      const auto extension = entry.path().extension();
      if (extension == ".hpp" || extension == ".cpp") read(entry.path(), all);
    }
  }
  return all;
}

}  // namespace pizza::plans
