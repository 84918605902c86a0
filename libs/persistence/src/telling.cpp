#include "telling.hpp"

namespace pizza::persistence {

std::string one_line(std::string_view message) {
  std::string line;
  for (const char c : message) {
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

SqlError told(const Observer& observer, SqlError error) {
  if (observer.on_failed) observer.on_failed(error.kind());
  return error;
}

}  // namespace pizza::persistence
