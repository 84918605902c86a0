#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.hpp"
#include "json/value.hpp"

namespace pizza::test {

/// A folder that goes when the test ends.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "pizza-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string contents(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

inline std::vector<std::string> lines(const std::string& file) {
  std::vector<std::string> all;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

/// Our reader refuses control characters even when they are escaped, and a stack has line ends: `\n` becomes U+240A,
/// the others U+FFFD.
inline std::string without_controls(std::string_view line) {
  std::string result;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto next = line.substr(i + 1, 1);
    if (line[i] != '\\' || next.find_first_of("nrtbfu") != 0) {
      result += line[i];
      if (line[i] == '\\') result += line[++i];
    } else {
      result += next == "n" ? "\u240a" : "\ufffd";
      i += next == "u" ? 5 : 1;
    }
  }
  return result;
}

/// The text of a member, or of its member, whatever its type; "(none)" if there is none.
inline std::string member(const std::string& line, std::string_view key, std::string_view inner = {}) {
  const auto document = json::read(without_controls(line));
  if (!document) return "(no JSON: " + document.error().reason + ")";
  const auto* value = document->find(key);
  if (value != nullptr && !inner.empty()) value = value->find(inner);
  if (value == nullptr) return "(none)";
  if (const auto* text = value->string()) return *text;
  if (const auto* number = value->number()) return number->text;
  if (const auto* flag = value->boolean()) return *flag ? "true" : "false";
  return "(not plain)";
}

/// The keys of a line in their order, with spaces between.
inline std::string keys(const std::string& line) {
  const auto document = json::read(without_controls(line));
  if (!document || document->object() == nullptr) return "(no object)";
  std::string all;
  for (const auto& [key, value] : *document->object()) all += (all.empty() ? "" : " ") + key;
  return all;
}

}  // namespace pizza::test
