#include "tree_builder.hpp"

#include <algorithm>
#include <utility>

#include "json/reader.hpp"
#include "phrases.hpp"
#include "utf8.hpp"

namespace pizza::json {

static_assert(kMaxDepth == 16, "the refusal below names it");

bool TreeBuilder::String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
  std::string string(text, size);
  return check_text(string) && add(Value{std::move(string)});
}

bool TreeBuilder::Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
  open_.back().key.assign(text, size);
  return check_text(open_.back().key);
}

bool TreeBuilder::EndObject(rapidjson::SizeType /*members*/) {
  if (has_doubled_key(*open_.back().container.object())) return refuse("doubled key");
  return close();
}

bool TreeBuilder::add(Value value) {
  if (open_.empty()) {
    root_ = std::move(value);
  } else if (auto* elements = open_.back().container.array()) {
    elements->push_back(std::move(value));
  } else {
    open_.back().container.object()->emplace_back(std::move(open_.back().key), std::move(value));
  }
  return true;
}

bool TreeBuilder::open(Value container) {
  if (open_.size() == kMaxDepth) return refuse("nested deeper than 16 levels");
  open_.push_back({std::move(container), {}});
  return true;
}

bool TreeBuilder::close() {
  auto container = std::move(open_.back().container);
  open_.pop_back();
  return add(std::move(container));
}

/// Escapes are resolved here: `\u0000` is a control character, and RapidJSON lets a lone `\udc00` through.
bool TreeBuilder::check_text(std::string_view text) {
  while (!text.empty()) {
    const auto code = decode_utf8(text);
    if (code.size == 0) return refuse("lone surrogate");
    if (is_control(code.value)) return refuse(kControlCharacter);
    text.remove_prefix(code.size);
  }
  return true;
}

/// By sorting: a hash could be flooded, and comparing each with each takes seconds for the keys that fit in a body.
bool TreeBuilder::has_doubled_key(const Value::Object& members) {
  keys_.clear();
  for (const auto& [name, value] : members) keys_.push_back(name);
  std::ranges::sort(keys_);
  return std::ranges::adjacent_find(keys_) != keys_.end();
}

bool TreeBuilder::refuse(std::string_view reason) {
  refusal_ = reason;
  return false;
}

}  // namespace pizza::json
