#include "unit/json/strict_checker.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>

namespace pizza::test {
namespace {

class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  bool document() {
    skip_space();
    if (!value(0)) return false;
    skip_space();
    return text_.empty();
  }

 private:
  bool value(int depth) {
    if (take('{')) return depth < 16 && object(depth + 1);
    if (take('[')) return depth < 16 && array(depth + 1);
    if (text_.starts_with('"')) return string().has_value();
    for (const std::string_view word : {"null", "true", "false"}) {
      if (text_.starts_with(word)) return drop(word.size());
    }
    return number();
  }

  bool object(int depth) {
    std::set<std::string> keys;
    skip_space();
    if (take('}')) return true;
    for (;;) {
      skip_space();
      const auto key = string();
      if (!key || !keys.insert(*key).second) return false;
      skip_space();
      if (!take(':')) return false;
      skip_space();
      if (!value(depth)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

  bool array(int depth) {
    skip_space();
    if (take(']')) return true;
    for (;;) {
      skip_space();
      if (!value(depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
  }

  bool number() {
    take('-');
    if (!take('0') && digits() == 0) return false;
    if (take('.') && digits() == 0) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits() > 0;
    }
    return true;
  }

  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string result;
    while (!take('"')) {
      const bool ok = take('\\') ? escape(result) : raw(result);
      if (!ok) return std::nullopt;
    }
    return result;
  }

  bool escape(std::string& result) {
    for (const char c : std::string_view{"\"\\/"}) {
      if (take(c)) return result += c, true;
    }
    if (!take('u')) return false;  // \n, \t and their like stand for control characters
    auto code = hex();
    if (!code || *code < 0x20 || (*code >= 0x7F && *code < 0xA0)) return false;
    if (*code >= 0xDC00 && *code < 0xE000) return false;
    if (*code >= 0xD800 && *code < 0xDC00) {
      if (!take('\\') || !take('u')) return false;
      const auto low = hex();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
      code = 0x10000 + (*code - 0xD800) * 0x400 + (*low - 0xDC00);
    }
    append(result, *code);
    return true;
  }

  std::optional<unsigned> hex() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
      if (text_.empty()) return std::nullopt;
      const auto digit = std::string_view{"0123456789abcdef"}.find(
          text_[0] >= 'A' && text_[0] <= 'F' ? static_cast<char>(text_[0] - 'A' + 'a') : text_[0]);
      if (digit == std::string_view::npos) return std::nullopt;
      code = code * 16 + static_cast<unsigned>(digit);
      drop(1);
    }
    return code;
  }

  static void append(std::string& out, unsigned code) {
    const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) return put(0xC0 + code / 64), put(0x80 + code % 64);
    if (code < 0x10000) return put(0xE0 + code / 4096), put(0x80 + code / 64 % 64), put(0x80 + code % 64);
    put(0xF0 + code / 262'144), put(0x80 + code / 4096 % 64), put(0x80 + code / 64 % 64), put(0x80 + code % 64);
  }

  /// The rows of Unicode's table of well-formed UTF-8, less the control characters.
  bool raw(std::string& result) {
    struct Row {
      unsigned first_low, first_high, second_low, second_high;
      std::size_t size;
    };
    static constexpr Row kRows[] = {{0x20, 0x7E, 0, 0, 1},       {0xC2, 0xC2, 0xA0, 0xBF, 2},
                                    {0xC3, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                                    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
                                    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
                                    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
    const auto byte = [this](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text_[i])); };
    for (const auto& row : kRows) {
      if (text_.size() < row.size || byte(0) < row.first_low || byte(0) > row.first_high) continue;
      if (row.size > 1 && (byte(1) < row.second_low || byte(1) > row.second_high)) continue;
      for (std::size_t i = 2; i < row.size; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xBF) return false;
      }
      result += text_.substr(0, row.size);
      return drop(row.size);
    }
    return false;
  }

  std::size_t digits() {
    std::size_t count = 0;
    for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; ++count) drop(1);
    return count;
  }

  bool take(char c) { return text_.starts_with(c) && drop(1); }
  bool drop(std::size_t size) { return text_.remove_prefix(size), true; }
  void skip_space() {
    while (take(' ') || take('\t') || take('\n') || take('\r')) {
    }
  }

  std::string_view text_;
};

}  // namespace

bool is_strict_json(std::string_view text) { return Checker{text}.document(); }

}  // namespace pizza::test
