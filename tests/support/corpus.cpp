#include "support/corpus.hpp"

#include <fstream>

#include "core/error.hpp"

namespace pizza::test {
namespace {

std::size_t take_number(std::string_view& text) {
  const auto end = text.find(';');
  const auto number = std::stoul(std::string{text.substr(0, end)});
  text.remove_prefix(end + 1);
  return number;
}

}  // namespace

std::string from_corpus(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.starts_with("\\*")) {
      text.remove_prefix(2);
      const auto times = take_number(text);
      const auto length = take_number(text);
      const auto piece = from_corpus(text.substr(0, length));
      text.remove_prefix(length);
      for (std::size_t i = 0; i < times; ++i) bytes += piece;
    } else if (text.starts_with("\\x")) {
      bytes += static_cast<char>(std::stoi(std::string{text.substr(2, 2)}, nullptr, 16));
      text.remove_prefix(4);
    } else {
      bytes += text.front();
      text.remove_prefix(1);
    }
  }
  return bytes;
}

std::vector<std::vector<std::string>> corpus_lines(const std::filesystem::path& file) {
  std::ifstream stream(std::filesystem::path{PIZZA_SOURCE_DIR "/tests/corpus"} / file);
  if (!stream) throw core::Error("no such corpus: " + file.string());
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(stream, line);) {
    auto& fields = lines.emplace_back();
    std::size_t begin = 0;
    for (auto end = line.find('\t'); end != std::string::npos; end = line.find('\t', begin)) {
      fields.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    fields.push_back(line.substr(begin));
  }
  return lines;
}

}  // namespace pizza::test
