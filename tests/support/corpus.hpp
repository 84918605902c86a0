#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pizza::test {

/// Bytes from how the corpora write them: `\xNN` is a byte, and what stands after `\*TIMES;LENGTH;`, LENGTH characters
/// as written, comes so often.
std::string from_corpus(std::string_view text);
/// The lines of a file below tests/corpus, taken apart at their tabs and still as written.
std::vector<std::vector<std::string>> corpus_lines(const std::filesystem::path& file);

}  // namespace pizza::test
