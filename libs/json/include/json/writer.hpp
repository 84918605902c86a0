#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace pizza::json {

/// Appends a JSON document to a string it owns. Strings that are not valid UTF-8 are written with U+FFFD in place of
/// what is wrong, so the output always is one valid document if calls are balanced. Not thread-safe.
///
///   Writer w; w.object().key("a").value(1).key("b").array().value("x").end_array().end_object(); w.take();
class Writer {
 public:
  Writer& object();
  Writer& end_object();
  Writer& array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view{text}); }
  Writer& value(const std::string& text) { return value(std::string_view{text}); }
  Writer& value(bool value);
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Writer& value(T number) {
    return integer(static_cast<std::int64_t>(number));
  }
  Writer& null();
  /// `text` must be a valid JSON value already (a decimal amount, an encoded document).
  Writer& raw(std::string_view text);
  /// The document; the writer is empty afterwards.
  std::string take();
  std::string_view view() const { return out_; }

 private:
  Writer& integer(std::int64_t number);
  void separate();

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace pizza::json
