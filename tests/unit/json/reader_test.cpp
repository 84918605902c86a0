#include "json/reader.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include <catch2/catch.hpp>

#include "support/patience.hpp"

namespace pizza::json {
namespace {

std::string reason_for(std::string_view document) {
  const auto read_back = read(document);
  return read_back ? "accepted" : read_back.error().reason;
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

TEST_CASE("a document becomes a tree with its members in order") {
  const auto value = read(R"( {"b": [1, "x", true, null], "a": {"c": -2.50}} )");
  REQUIRE(value);
  const auto& members = *value->object();
  REQUIRE(members.size() == 2);
  CHECK(members[0].first == "b");
  const auto& elements = *value->find("b")->array();
  CHECK(elements[0].number()->text == "1");
  CHECK(*elements[1].string() == "x");
  CHECK(*elements[2].boolean());
  CHECK(elements[3].is_null());
  CHECK(value->find("a")->find("c")->number()->text == "-2.50");
  CHECK(value->find("z") == nullptr);
  CHECK(elements[0].find("b") == nullptr);
}

TEST_CASE("any value may be the whole document") {
  CHECK(read("null")->is_null());
  CHECK(*read("\t\n\r false ")->boolean() == false);
  CHECK(*read(R"("x")")->string() == "x");
  CHECK(read("7")->number()->text == "7");
  CHECK(read("[]")->array()->empty());
  CHECK(read("{}")->object()->empty());
}

TEST_CASE("a number is never converted: its text stays as it was sent") {
  const auto* text = GENERATE("0", "-0", "1.0", "9.90", "1e1", "1E+05", "0.0000000000001e-2147483639",
                              "123456789012345678901234567890", "0.1e-99999999999999999999");
  CAPTURE(text);
  const auto value = read(text);
  REQUIRE(value);
  CHECK(value->number()->text == text);
}

TEST_CASE("shapes that only look like numbers are refused") {
  const auto* text = GENERATE("01", "-01", "+1", ".5", "1.", "1.e1", "1e", "1e+", "-", "--1", "0x10", "NaN", "Infinity",
                              "-Infinity", "1_000", "1,5", "00", "[01]", "[1.]", "{\"a\":+1}");
  CAPTURE(text);
  CHECK_FALSE(read(text));
}

TEST_CASE("escapes are resolved, also as surrogate pairs") {
  CHECK(*read(R"("\"\\\/\u00e9\u738b")")->string() == "\"\\/é王");
  CHECK(*read(R"("\ud83c\udf55")")->string() == "🍕");
}

TEST_CASE("every reason is a short fixed phrase with the byte where it was noticed") {
  struct Case {
    std::string document;
    std::string reason;
    std::size_t offset;
  };
  const auto c = GENERATE(values<Case>({
      {"", "empty document", 0},
      {" \n", "empty document", 2},
      {"{} x", "data after the document", 3},
      {"1 2", "data after the document", 2},
      {std::string("{}\0", 3), "data after the document", 2},
      {std::string("{}\0{}", 5), "data after the document", 2},
      {"\xEF\xBB\xBF{}", "byte order mark before the document", 0},
      {"{a:1}", "expected a key", 1},
      {R"({"a":1,})", "expected a key", 7},
      {R"({"a" 1})", "expected ':' after a key", 5},
      {R"({"a":1 "b":2})", "expected ',' or '}'", 7},
      {"[1 2]", "expected ',' or ']'", 3},
      {"[1,]", "invalid value", 3},
      {"[", "invalid value", 1},
      {"nul", "invalid value", 3},
      {"// a", "invalid value", 0},
      {"\"a", "unterminated string", 2},
      {R"("\x")", "invalid escape", 1},
      {R"("\u12g4")", "invalid \\u escape", 1},
      {"\"\xC0\x80\"", "invalid UTF-8", 1},
      {"\"\xED\xA0\x80\"", "invalid UTF-8", 1},
      {"\"\xF4\x90\x80\x80\"", "invalid UTF-8", 1},
      {"\"\xE2\x82\"", "invalid UTF-8", 1},
      {"1e400", "number out of range", 0},
      {"1.", "expected a digit after '.'", 2},
      {"1e", "expected a digit in the exponent", 2},
  }));
  CAPTURE(c.document);
  const auto value = read(c.document);
  REQUIRE_FALSE(value);
  CHECK(value.error().reason == c.reason);
  CHECK(value.error().offset == c.offset);
}

TEST_CASE("lone surrogates are refused in strings and in keys") {
  const auto* text =
      GENERATE(R"(\ud83c)", R"(\udc00)", R"(\ud83cx)", R"(\ud83c\u0041)", R"(\udf55\ud83c)", R"(a\udc00b)");
  CAPTURE(text);
  CHECK(reason_for("\"" + std::string(text) + "\"") == "lone surrogate");
  CHECK(reason_for("{\"" + std::string(text) + "\":1}") == "lone surrogate");
}

TEST_CASE("control characters are refused in strings and keys, raw and escaped") {
  for (int code = 0; code < 0xA0; ++code) {
    if (code >= 0x20 && code < 0x7F) continue;
    std::string raw{code < 0x80 ? "" : "\xC2"};
    raw += static_cast<char>(code);
    char escaped[8];
    static_cast<void>(std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(code)));
    for (const auto& text : {raw, std::string(escaped)}) {
      CAPTURE(code, text);
      CHECK(reason_for("\"a" + text + "b\"") == "control character in a string");
      CHECK(reason_for("{\"a" + text + "b\":1}") == "control character in a string");
    }
  }
  for (const auto* escape : {R"("\n")", R"("\t")", R"("\r")", R"("\b")", R"("\f")"}) {
    CHECK(reason_for(escape) == "control character in a string");
  }
  CHECK(reason_for(R"(" ~\u0020\u007e\u00a0")") == "accepted");
}

TEST_CASE("sixteen levels are read and seventeen are not, in arrays and in objects") {
  CHECK(reason_for(nested(16)) == "accepted");
  CHECK(reason_for(nested(17)) == "nested deeper than 16 levels");
  std::string objects = "1";
  for (int i = 0; i < 16; ++i) objects = R"({"a":)" + objects + "}";
  CHECK(reason_for(objects) == "accepted");
  CHECK(reason_for("[" + objects + "]") == "nested deeper than 16 levels");
}

TEST_CASE("a million brackets are refused at once and do not exhaust the stack") {
  CHECK(reason_for(std::string(1'000'000, '[')) == "nested deeper than 16 levels");
}

TEST_CASE("a doubled key is refused at any depth, also when it is spelt differently") {
  CHECK(reason_for(R"({"a":1,"a":1})") == "doubled key");
  CHECK(reason_for(R"({"a":1,"b":2,"\u0061":3})") == "doubled key");
  CHECK(reason_for(R"([{"x":{"a":1,"b":{},"a":null}}])") == "doubled key");
  CHECK(reason_for(R"({"":1,"":2})") == "doubled key");
  CHECK(reason_for(R"({"a":{"a":1},"b":[{"a":1},{"a":1}],"A":2})") == "accepted");
}

TEST_CASE("a body full of keys takes no longer than a body should") {
  std::string document = "{";
  for (int i = 0; i < 20'000; ++i) document += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(reason_for(document + "}") == "accepted");
  CHECK(reason_for(document + ",\"7\":1}") == "doubled key");
  // Comparing each with each would be 400 million comparisons: seconds.
  CHECK(std::chrono::steady_clock::now() - begin < test::patient(std::chrono::seconds{1}));
}

TEST_CASE("a reason never repeats what was sent") {
  for (const auto* document : {R"({"secret":1,"secret":2})", R"({"secret)", R"({"secret":"\u0000secret"})", "secret"}) {
    CAPTURE(document);
    CHECK(reason_for(document).find("secret") == std::string::npos);
  }
}

}  // namespace
}  // namespace pizza::json
