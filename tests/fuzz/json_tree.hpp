#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "domain/text.hpp"
#include "fuzz/require.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

namespace pizza::fuzz {

inline bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Writes what was read, and holds it against what the reader promises.
inline void write_checked(json::Writer& writer, const json::Value& value, std::size_t depth = 0) {
  if (const auto* text = value.string()) {
    require(!has_control(*text), "no string has a control character");
    writer.value(*text);
  } else if (const auto* number = value.number()) {
    writer.raw(number->text);
  } else if (const auto* flag = value.boolean()) {
    writer.value(*flag);
  } else if (const auto* array = value.array()) {
    require(depth < json::kMaxDepth, "the depth is bounded");
    writer.array();
    for (const auto& element : *array) write_checked(writer, element, depth + 1);
    writer.end_array();
  } else if (const auto* object = value.object()) {
    require(depth < json::kMaxDepth, "the depth is bounded");
    writer.object();
    for (const auto& [key, member] : *object) {
      require(!has_control(key), "no key has a control character");
      require(value.find(key) == &member, "no key comes twice");
      write_checked(writer.key(key), member, depth + 1);
    }
    writer.end_object();
  } else {
    writer.null();
  }
}

inline std::string written(const json::Value& value) {
  json::Writer writer;
  write_checked(writer, value);
  return writer.take();
}

}  // namespace pizza::fuzz
