#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace pizza::persistence {

/// A PostgreSQL array in its text form, built element by element: `{"a","b",NULL}`. Every text is quoted and escaped.
class Array {
 public:
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view{text}); }
  template <std::integral T>
  void add(T number) {
    add_raw(std::to_string(number));
  }
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);
    } else {
      add_raw("NULL");
    }
  }
  void add(core::TimePoint time) { add(std::string_view{core::format_utc(time, 6)}); }
  std::string to_string() const { return text_ + '}'; }

 private:
  void add_raw(std::string_view element);
  std::string text_ = "{";
};

/// The values of `$1…$n` in text form. Texts must be valid UTF-8 without NUL: libpq would cut them there.
class Params {
 public:
  Params() = default;
  template <class... T>
  static Params of(const T&... values) {
    Params params;
    (params.add(values), ...);
    return params;
  }

  Params& add(std::string_view text);
  Params& add(const std::string& text) { return add(std::string_view{text}); }
  Params& add(const char* text) { return add(std::string_view{text}); }
  Params& add(bool value) { return add(std::string_view{value ? "t" : "f"}); }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Params& add(T number) {
    return add(std::string_view{std::to_string(number)});
  }
  Params& add(core::TimePoint time) { return add(std::string_view{core::format_utc(time, 6)}); }
  Params& add(const Array& array) { return add(std::string_view{array.to_string()}); }
  template <class T>
  Params& add(const std::vector<T>& values) {
    Array array;
    for (const auto& value : values) array.add(value);
    return add(array);
  }
  template <class T>
  Params& add(const std::optional<T>& value) {
    if (value) return add(*value);
    values_.emplace_back();
    return *this;
  }

  const std::vector<std::optional<std::string>>& values() const { return values_; }

 private:
  std::vector<std::optional<std::string>> values_;
};

}  // namespace pizza::persistence
