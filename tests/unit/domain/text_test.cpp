#include "domain/text.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace pizza::domain {
namespace {

TEST_CASE("length counts code points, not bytes") {
  CHECK(length_in_code_points("") == 0);
  CHECK(length_in_code_points("abc") == 3);
  CHECK(length_in_code_points("José") == 4);
  CHECK(length_in_code_points("王小明") == 3);
  CHECK(length_in_code_points("🍕") == 1);
  CHECK(length_in_code_points("e\u0301") == 2);
}

TEST_CASE("names are made of letters and marks of any script, digits, spaces, hyphens and apostrophes") {
  const auto* name =
      GENERATE("José", "Jose\u0301", "Әлия", "王小明", "O'Neil", "O\u2019Neil", "Mary-Jane", "Anne\u2010Marie", "राजेश",
               "محمد", "さくら", "John Doe 3", "Ｊｏｈｎ", "𝒜", "ǅ", "ʰ", "-", "٣");
  CAPTURE(name);
  CHECK(is_name_text(name));
}

TEST_CASE("anything else is not part of a name") {
  const auto* name = GENERATE("a@b", "<b>", "Bob\n", "Bob\t", "Bob_1", "Bob 🍕", "🍕", "a.b", "a,b", "a;b", "a\"b",
                              "a\\b", "a/b", "a&b", "a\u00a0b", "a\u200db", "a\u202eb", "½", "Ⅷ", "a\u2014b", "a`b",
                              "a\u00b4b", "a\u007fb", "a\u0085b", "\uFFFD", "\xC3", "a\xFFz");
  CAPTURE(name);
  CHECK_FALSE(is_name_text(name));
}

TEST_CASE("printable text may be nearly anything") {
  const auto* text = GENERATE("Margherita", "Piña & Jamón, 30 cm (½) #1 <new!>", "Пицца №5", "四川披萨", "🍕",
                              "👨‍👩‍👧", "❤️", "می\u200cخواهم", "a\u00a0b", "");
  CAPTURE(text);
  CHECK(is_printable_text(text));
}

TEST_CASE("control, format, line-separating and unassigned characters are not printable") {
  const auto* text =
      GENERATE("a\nb", "a\tb", "a\u007fb", "a\u0085b", "a\u202eb", "a\u200eb", "a\u200bb", "a\ufeffb", "a\u2028b",
               "a\u2029b", "a\u0378b", "a\uffffb", "a\U000e0041b", "a\xED\xA0\x80z", "a\xFFz");
  CAPTURE(text);
  CHECK_FALSE(is_printable_text(text));
}

TEST_CASE("blank is empty or spaces of any kind") {
  for (const auto* text : {"", " ", "   ", "\t\n\r", "\u00a0", "\u3000\u2003 ", "\u2028", "\u0085"}) {
    CAPTURE(text);
    CHECK(is_blank(text));
  }
  for (const auto* text : {"a", " a ", "-", "\u200d", "\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(is_blank(text));
  }
}

TEST_CASE("trimming takes spaces of any kind off both ends and leaves those within") {
  CHECK(trimmed("") == "");
  CHECK(trimmed(" \u3000\t") == "");
  CHECK(trimmed("a") == "a");
  CHECK(trimmed("  a b  ") == "a b");
  CHECK(trimmed("\u00a0\u3000Абая 10\u2003") == "Абая 10");
  CHECK(trimmed(" é ") == "é");
  CHECK(trimmed(" \xFF ") == "\xFF");
}

}  // namespace
}  // namespace pizza::domain
