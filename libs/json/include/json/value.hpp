#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace pizza::json {

/// The text of a number exactly as it stood in the document; never converted to a binary float.
struct Number {
  std::string text;
};

/// A parsed document. Plain data: depth is bounded by the reader, so copying and destroying it cannot exhaust the
/// stack.
class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<std::pair<std::string, Value>>;  ///< in document order, keys unique

  Value() = default;
  template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Value>)
  explicit Value(T&& value) : data_(std::forward<T>(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  /// Null pointers when it is of another type.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Number* number() const { return std::get_if<Number>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }
  /// The member of an object; null if this is no object or has no such member.
  const Value* find(std::string_view key) const;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

}  // namespace pizza::json
