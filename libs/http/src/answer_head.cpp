#include "answer_head.hpp"

#include <algorithm>

#include "header_syntax.hpp"

namespace pizza::http {
namespace {

/// `HTTP/1.1 200 OK`; the words after the number may be missing.
std::optional<int> status_of(std::string_view line) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return std::nullopt;
  const auto digits = line.substr(9, 3);
  if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  if (line.size() > 12 && line[12] != ' ') return std::nullopt;
  const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  return status >= 100 ? std::optional{status} : std::nullopt;
}

/// The next line without its end, be it CRLF or, as RFC 9112 lets a client do, a bare LF.
std::string_view take_line(std::string_view& text) {
  auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::optional<EgressAnswer> parse_answer_head(std::string_view head) {
  const auto status = status_of(take_line(head));
  if (!status) return std::nullopt;
  EgressAnswer answer{.status = *status};
  while (!head.empty()) {
    // What is no header is somebody else's mistake, and nothing here depends on it.
    if (const auto header = split_header(take_line(head))) {
      answer.headers.emplace(to_lower(header->first), header->second);
    }
  }
  return answer;
}

}  // namespace pizza::http
