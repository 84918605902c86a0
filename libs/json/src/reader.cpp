#include "json/reader.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "phrases.hpp"
#include "tree_builder.hpp"

namespace pizza::json {
namespace {

// Never without kParseNumbersAsStringsFlag: RapidJSON 1.1's number conversion indexes a table out of bounds for
// `0.0000000000001e-2147483639` (CVE-2024-38517). Never recursive: nesting alone would exhaust the stack.
constexpr unsigned kFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::unexpected<ReadError> refuse(std::string_view reason, std::size_t offset) {
  return std::unexpected(ReadError{std::string{reason}, offset});
}

}  // namespace

std::expected<Value, ReadError> read(std::string_view document) {
  if (document.starts_with(kByteOrderMark)) return refuse("byte order mark before the document", 0);
  rapidjson::MemoryStream stream(document.data(), document.size());
  rapidjson::Reader reader;
  TreeBuilder tree;
  const auto result = reader.Parse<kFlags>(stream, tree);
  if (result.IsError()) {
    const auto refused = tree.refusal();
    return refuse(refused ? *refused : phrase_for(result.Code(), document, result.Offset()), result.Offset());
  }
  // RapidJSON takes a NUL byte for the end of its input.
  if (stream.Tell() != document.size()) return refuse("data after the document", stream.Tell());
  return tree.take();
}

}  // namespace pizza::json
