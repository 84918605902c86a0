#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "json/reader.hpp"
#include "json/writer.hpp"
#include "unit/json/strict_checker.hpp"

namespace pizza::json {
namespace {

const std::vector<std::string> kSeeds{
    R"({"customer_name":"José O'Neil","order_type":"delivery","table_number":null,"delivery_address":"123 Main St",)"
    R"("items":[{"name":"Margherita 🍕","quantity":7,"price":15.99},{"name":"\u00e9\ud83c\udf55","quantity":1,"price":1e1}]})",
    R"([0,-0,1.5,1e-5,-1.25E+10,true,false,null,"",{"a":{"b":[[],{}]}}])",
    R"([[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]])",
    R"({"a":"x","b":"\"\\\/","c":"王小明","":{}})",
};

/// What breaks parsers: syntax, numbers' parts, escapes, surrogates, bad bytes.
const std::vector<std::string> kSnippets{
    "{",    "}",    "[",    "]",        ",",    ":",       "\"",          "\\",       "0",        "-",
    "+",    ".",    "e",    "E5",       "1e99", "\\ud83c", "\\udc00",     "\\u0000",  "\\u00",    "\\n",
    "\\\"", "null", "tru",  "NaN",      "\xC0", "\x80",    "\xED\xA0",    "\xF0\x9F", "\xC2\x85", "\x7F",
    " ",    "\t",   "\x01", "\"a\":1,", "[[[",  "//",      "\xEF\xBB\xBF"};

class Mutator {
 public:
  std::string next() {
    auto text = kSeeds[pick(kSeeds.size())];
    for (auto times = 1 + pick(4); times > 0; --times) mutate(text);
    return text;
  }

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random_); }

  void mutate(std::string& text) {
    const auto at = pick(text.size() + 1);
    switch (pick(6)) {
      case 0:
        text.insert(at, kSnippets[pick(kSnippets.size())]);
        break;
      case 1:
        text.erase(at, 1 + pick(4));
        break;
      case 2:
        text.insert(at, 1, static_cast<char>(pick(256)));
        break;
      case 3:
        text.insert(at, text.substr(pick(text.size() + 1), pick(24)));
        break;
      case 4:
        text.replace(at, 1, kSnippets[pick(kSnippets.size())]);
        break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << pick(8)));
    }
    if (text.empty()) text = " ";
  }

  std::mt19937 random_{20241216};
};

void write(Writer& writer, const Value& value) {
  if (const auto* boolean = value.boolean()) {
    writer.value(*boolean);
  } else if (const auto* number = value.number()) {
    writer.raw(number->text);
  } else if (const auto* string = value.string()) {
    writer.value(*string);
  } else if (const auto* elements = value.array()) {
    writer.array();
    for (const auto& element : *elements) write(writer, element);
    writer.end_array();
  } else if (const auto* members = value.object()) {
    writer.object();
    for (const auto& [key, member] : *members) {
      writer.key(key);
      write(writer, member);
    }
    writer.end_object();
  } else {
    writer.null();
  }
}

std::string written(const Value& value) {
  Writer writer;
  write(writer, value);
  return writer.take();
}

TEST_CASE("the reader and a second opinion agree on twenty thousand mutated documents") {
  Mutator mutator;
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto text = mutator.next();
    const auto value = read(text);
    const bool expected = test::is_strict_json(text);
    ++(value ? accepted : refused);
    if (value.has_value() == expected) continue;
    CAPTURE(text);
    REQUIRE_FALSE(value);  // never accepts what the strict checker refuses
    REQUIRE(value.error().reason == "number out of range");
  }
  CHECK(accepted > 1'000);
  CHECK(refused > 1'000);
}

TEST_CASE("what was read, written and read again is the same, and an error lies within the document") {
  Mutator mutator;
  for (int i = 0; i < 5'000; ++i) {
    const auto text = mutator.next();
    const auto value = read(text);
    CAPTURE(text);
    if (!value) {
      REQUIRE(value.error().offset <= text.size());
      REQUIRE_FALSE(value.error().reason.empty());
      continue;
    }
    const auto once = written(*value);
    const auto again = read(once);
    REQUIRE(again);
    REQUIRE(written(*again) == once);
  }
}

TEST_CASE("every beginning of a valid object is refused") {
  for (const auto& seed : kSeeds) {
    REQUIRE(read(seed));
    for (std::size_t size = 0; size < seed.size(); ++size) REQUIRE_FALSE(read(std::string_view{seed}.substr(0, size)));
  }
}

}  // namespace
}  // namespace pizza::json
