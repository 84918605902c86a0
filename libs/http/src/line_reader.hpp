#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pizza::http {

/// Cuts CRLF-ended lines out of bytes that come in arbitrary pieces; keeps only what is unfinished.
class LineReader {
 public:
  enum class Outcome { more, line, too_long, bare_line_feed };

  /// Takes one line, or all there is, from the front of `bytes`. After `line`, line() is the line without its end,
  /// until the next call and as long as the caller keeps `bytes`. `limit` counts the line with its end.
  Outcome read(std::string_view& bytes, std::size_t limit);
  std::string_view line() const { return line_; }
  /// The unfinished line, after `more` and `too_long`.
  std::string_view unfinished() const { return finished_ ? std::string_view{} : unfinished_; }
  void clear();

 private:
  std::string unfinished_;
  std::string_view line_;
  bool finished_ = false;  ///< `unfinished_` holds the line that was read last
};

}  // namespace pizza::http
