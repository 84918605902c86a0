#include "json/writer.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "utf8.hpp"

namespace pizza::json {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Printable ASCII that a string may hold as it is.
constexpr auto kClean = [] {
  std::array<bool, 256> clean{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) clean[c] = c != '"' && c != '\\';
  return clean;
}();

void append_escape(std::string& out, char32_t value) {
  switch (value) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(value));
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean_from = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (kClean[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const auto code = decode_utf8(text.substr(at));
    if (code.value >= 0xA0) {  // valid and needs no escape: stays part of the clean run
      at += code.size;
      continue;
    }
    out.append(text, clean_from, at - clean_from);
    if (code.size == 0) {
      out += kReplacement;
    } else {
      append_escape(out, code.value);  // DEL and C1 too: terminals obey them
    }
    at += code.size == 0 ? 1 : code.size;
    clean_from = at;
  }
  out.append(text, clean_from);
  out += '"';
}

}  // namespace

void Writer::separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

Writer& Writer::object() {
  separate();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::end_object() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}

Writer& Writer::array() {
  separate();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::end_array() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  separate();
  append_string(out_, name);
  out_ += ':';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::value(std::string_view text) {
  separate();
  append_string(out_, text);
  return *this;
}

Writer& Writer::value(bool value) { return raw(value ? "true" : "false"); }

Writer& Writer::integer(std::int64_t number) {
  separate();
  const fmt::format_int digits(number);
  out_.append(digits.data(), digits.size());
  return *this;
}

Writer& Writer::null() { return raw("null"); }

Writer& Writer::raw(std::string_view text) {
  separate();
  out_ += text;
  return *this;
}

std::string Writer::take() {
  needs_comma_ = false;
  return std::exchange(out_, {});
}

}  // namespace pizza::json
