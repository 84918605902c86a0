#include "order/adapters/request_headers.hpp"

#include <algorithm>
#include <cstddef>

namespace pizza::order {
namespace {

constexpr std::size_t kMaxKey = 255;

bool is_printable_ascii(char c) { return c >= ' ' && c <= '~'; }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_id(std::string_view text) {
  return std::ranges::all_of(text, is_hex) && text.find_first_not_of('0') != std::string_view::npos;
}

/// 00-<32 hexadecimal digits>-<16>-<2>, lower case; the ids are not all zeros.
bool is_traceparent(std::string_view text) {
  constexpr std::size_t kSize = 55;
  return text.size() == kSize && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
         is_id(text.substr(3, 32)) && is_id(text.substr(36, 16)) && std::ranges::all_of(text.substr(53), is_hex);
}

}  // namespace

std::expected<std::optional<std::string>, http::FieldError> idempotency_key_of(const http::Request& request) {
  const auto header = request.headers.find("idempotency-key");
  if (header == request.headers.end()) return std::nullopt;
  const auto& key = header->second;
  if (key.empty() || key.size() > kMaxKey || !std::ranges::all_of(key, is_printable_ascii)) {
    return std::unexpected(http::FieldError{"Idempotency-Key", "must be 1 to 255 printable ASCII characters"});
  }
  return key;
}

std::string traceparent_of(const http::Request& request) {
  const auto text = request.header("traceparent");
  return is_traceparent(text) ? std::string{text} : std::string{};
}

}  // namespace pizza::order
