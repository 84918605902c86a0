#include "persistence/params.hpp"

#include <cassert>

namespace pizza::persistence {

void Array::add(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  quoted += '"';
  add_raw(quoted);
}

void Array::add_raw(std::string_view element) {
  if (text_.size() > 1) text_ += ',';
  text_ += element;
}

Params& Params::add(std::string_view text) {
  assert(text.find('\0') == std::string_view::npos);
  values_.emplace_back(std::string{text});
  return *this;
}

}  // namespace pizza::persistence
