#include "json/writer.hpp"

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "json/reader.hpp"

namespace pizza::json {
namespace {

std::string quoted(std::string_view text) { return Writer{}.value(text).take(); }

TEST_CASE("members and elements are separated by commas and nothing else") {
  Writer writer;
  writer.object().key("a").value(1).key("b").array().value("x").value(true).null().array().end_array();
  writer.object().end_object().end_array().key("c").raw("24.98").end_object();
  CHECK(writer.view() == R"({"a":1,"b":["x",true,null,[],{}],"c":24.98})");
}

TEST_CASE("after take the writer starts over") {
  Writer writer;
  CHECK(writer.array().value(1).end_array().take() == "[1]");
  CHECK(writer.view().empty());
  CHECK(writer.array().value(2).end_array().take() == "[2]");
}

TEST_CASE("integers of every width are written in full") {
  CHECK(Writer{}.value(std::numeric_limits<std::int64_t>::min()).take() == "-9223372036854775808");
  CHECK(Writer{}.value(std::numeric_limits<std::int64_t>::max()).take() == "9223372036854775807");
  CHECK(Writer{}.value(std::uint8_t{200}).take() == "200");
  CHECK(Writer{}.value(-1).take() == "-1");
}

TEST_CASE("quotes, backslashes and control characters are escaped in values and keys, other text is not") {
  CHECK(quoted("\"a\\b\"") == R"("\"a\\b\"")");
  CHECK(quoted("\n\r\t") == R"("\n\r\t")");
  CHECK(quoted(std::string_view{"\0\x1f", 2}) == R"("\u0000\u001f")");
  CHECK(quoted("\x7F\xC2\x80\xC2\x9F") == R"("\u007f\u0080\u009f")");
  CHECK(quoted("é王🍕/ ") == "\"é王🍕/ \"");
  CHECK(Writer{}.object().key("a\"b").value(1).end_object().take() == R"({"a\"b":1})");
}

TEST_CASE("each byte that is not part of valid UTF-8 becomes U+FFFD") {
  CHECK(quoted("a\xFFz") == "\"a\uFFFDz\"");
  CHECK(quoted("\xC3") == "\"\uFFFD\"");
  CHECK(quoted("\xE2\x82z") == "\"\uFFFD\uFFFDz\"");
  CHECK(quoted("\xED\xB0\x80") == "\"\uFFFD\uFFFD\uFFFD\"");
  CHECK(quoted("\xC0\x80") == "\"\uFFFD\uFFFD\"");
  CHECK(quoted("é\x80é") == "\"é\uFFFDé\"");
}

TEST_CASE("any bytes give one valid document") {
  std::mt19937 random{7};
  std::uniform_int_distribution<int> byte{0, 255};
  for (int i = 0; i < 5'000; ++i) {
    std::string text(static_cast<std::size_t>(i % 40), ' ');
    for (auto& c : text) c = static_cast<char>(byte(random));
    const auto document = Writer{}.array().value(text).end_array().take();
    const auto value = read(document);
    CAPTURE(document);
    REQUIRE((value || value.error().reason == "control character in a string"));
  }
}

TEST_CASE("text without control characters comes back as it was") {
  const std::string text = "\"José\" \\ O'Neil \u00a0王小明 🍕 \uFFFD";
  CHECK(*read(quoted(text))->string() == text);
}

}  // namespace
}  // namespace pizza::json
