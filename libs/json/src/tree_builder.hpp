#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/rapidjson.h>

#include "json/value.hpp"

namespace pizza::json {

/// RapidJSON's SAX handler: builds a Value and refuses what RapidJSON lets through. One document per builder.
/// The names of the events are RapidJSON's; returning false ends the parse.
class TreeBuilder {
 public:
  // NOLINTBEGIN(readability-identifier-naming)
  bool Null() { return add(Value{}); }
  bool Bool(bool value) { return add(Value{value}); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return add(Value{Number{std::string(text, size)}});
  }
  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/);
  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/);
  bool StartObject() { return open(Value{Value::Object{}}); }
  bool EndObject(rapidjson::SizeType /*members*/);
  bool StartArray() { return open(Value{Value::Array{}}); }
  bool EndArray(rapidjson::SizeType /*elements*/) { return close(); }
  // Never called with kParseNumbersAsStringsFlag; RapidJSON's template wants them to exist.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

  /// Why the builder itself ended the parse, if it did.
  std::optional<std::string_view> refusal() const { return refusal_; }
  Value take() { return std::move(root_); }

 private:
  struct Open {
    Value container;
    std::string key;  ///< of the member that is being read, in an object
  };

  bool add(Value value);
  bool open(Value container);
  bool close();
  bool check_text(std::string_view text);
  bool has_doubled_key(const Value::Object& members);
  bool refuse(std::string_view reason);

  Value root_;
  std::vector<Open> open_;
  std::vector<std::string_view> keys_;  ///< scratch of has_doubled_key
  std::optional<std::string_view> refusal_;
};

}  // namespace pizza::json
