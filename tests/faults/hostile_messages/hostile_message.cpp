#include "faults/hostile_messages/hostile_message.hpp"

#include <algorithm>
#include <filesystem>

#include "support/corpus.hpp"
#include "support/log_line.hpp"

namespace pizza::test {

std::vector<HostileMessage> hostile_messages(const std::string& kind) {
  const auto folder = std::filesystem::path{"amqp"} / kind;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(PIZZA_SOURCE_DIR "/tests/corpus" / folder)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<HostileMessage> all;
  for (const auto& file : files) {
    for (const auto& fields : corpus_lines(folder / file.filename())) {
      all.push_back({.category = file.stem().string(),
                     .name = fields.at(0),
                     .expected = fields.at(1),
                     .detail = from_corpus(fields.at(2)),
                     .routing_key = from_corpus(fields.at(3)),
                     .properties = from_corpus(fields.at(4)),
                     .body = from_corpus(fields.at(5))});
    }
  }
  return all;
}

std::string with_names(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

std::vector<std::string> faulty_lines(const Process& process, std::string_view human) {
  std::vector<std::string> faulty;
  for (const auto& line : process.stdout_lines()) {
    if (!human.empty() && line.starts_with(human)) continue;
    for (const auto& fault : log_line_faults(line)) faulty.push_back(fault + ": " + line.substr(0, 300));
  }
  for (const auto& line : process.stderr_lines()) faulty.push_back("on stderr: " + line.substr(0, 300));
  return faulty;
}

}  // namespace pizza::test
