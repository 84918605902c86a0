#include "line_reader.hpp"

namespace pizza::http {

LineReader::Outcome LineReader::read(std::string_view& bytes, std::size_t limit) {
  if (finished_) clear();
  const auto end = bytes.find('\n');
  const bool complete = end != std::string_view::npos;
  const auto part = bytes.substr(0, complete ? end + 1 : bytes.size());
  if (unfinished_.size() + part.size() > limit) {
    unfinished_.append(part.substr(0, limit - unfinished_.size()));
    return Outcome::too_long;
  }
  bytes.remove_prefix(part.size());
  if (!complete) {
    unfinished_.append(part);
    return Outcome::more;
  }
  line_ = part;
  if (!unfinished_.empty()) {
    unfinished_.append(part);
    line_ = unfinished_;
    finished_ = true;
  }
  if (!line_.ends_with("\r\n")) return Outcome::bare_line_feed;
  line_.remove_suffix(2);
  return Outcome::line;
}

void LineReader::clear() {
  unfinished_.clear();
  if (unfinished_.capacity() > 4096) unfinished_.shrink_to_fit();
  finished_ = false;
}

}  // namespace pizza::http
