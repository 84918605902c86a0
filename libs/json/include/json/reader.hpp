#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "json/value.hpp"

namespace pizza::json {

inline constexpr std::size_t kMaxDepth = 16;

/// Why a document was refused; `offset` is in bytes from its start. `reason` never repeats the document's content.
struct ReadError {
  std::string reason;
  std::size_t offset = 0;
};

/// Reads one JSON document strictly (CONTRACT §2): depth ≤ 16, nothing after it, no doubled keys, valid UTF-8, no lone
/// surrogates, no control characters in strings (NUL, C0, DEL, C1; written raw or escaped), no BOM. Numbers stay text.
/// Safe for hostile input of any kind; the caller bounds the size. Pure, thread-safe.
std::expected<Value, ReadError> read(std::string_view document);

}  // namespace pizza::json
