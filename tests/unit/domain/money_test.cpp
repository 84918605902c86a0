#include "domain/money.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "support/patience.hpp"

namespace pizza::domain {
namespace {

constexpr std::int64_t kMost = 100'000'000'000'000'000;

std::optional<std::int64_t> cents(std::string_view text) {
  const auto money = Money::parse(text);
  return money ? std::optional{money->cents()} : std::nullopt;
}

TEST_CASE("an amount is judged by its exact value, however it is written") {
  struct Case {
    std::string text;
    std::int64_t cents;
  };
  const auto c = GENERATE(values<Case>({
      {"0", 0},
      {"-0", 0},
      {"0.000", 0},
      {"0e999999999999999999999", 0},
      {"-0.0e-5", 0},
      {"9.9", 990},
      {"9.90", 990},
      {"9.990", 999},
      {"10", 1000},
      {"10.50", 1050},
      {"0.01", 1},
      {"999.99", 99'999},
      {"1e1", 1000},
      {"1E+2", 10'000},
      {"1.5e1", 1500},
      {"1500e-2", 1500},
      {"0.0001e2", 1},
      {"100.0000000000000000000000000000000000e-1", 1000},
      {"-24.98", -2498},
      {"1000000000000000", kMost},
      {"-1000000000000000.00", -kMost},
      {"1e15", kMost},
      {"10000000000000000000000e-7", kMost},
  }));
  CAPTURE(c.text);
  CHECK(cents(c.text) == c.cents);
}

TEST_CASE("a part of a cent is no amount") {
  const auto* text = GENERATE("9.999", "0.001", "1e-3", "0.0000000000001e-2147483639", "1e-99999999999999999999",
                              "0.005", "19.990000000000000000000000000001", "100001e-5");
  CAPTURE(text);
  CHECK_FALSE(cents(text));
}

TEST_CASE("an amount beyond ten to the fifteenth is none") {
  const auto* text =
      GENERATE("1000000000000000.01", "1e16", "1e400", "-1e16", "9223372036854775808", "99999999999999999999999999",
               "1e99999999999999999999", "1e18446744073709551617", "92233720368547758.08");
  CAPTURE(text);
  CHECK_FALSE(cents(text));
}

TEST_CASE("what is no decimal number is no amount") {
  const auto* text = GENERATE("", " ", "-", "+1", ".5", "1.", "01", "00", "1e", "1e+", "1,5", "0x10", "NaN", "Infinity",
                              "1 ", " 1", "1.2.3", "1e1.5", "--1", "1-", "1e1e1", "٣");
  CAPTURE(text);
  CHECK_FALSE(cents(text));
}

TEST_CASE("amounts are printed with two decimals") {
  CHECK(Money::from_cents(0).to_string() == "0.00");
  CHECK(Money::from_cents(5).to_string() == "0.05");
  CHECK(Money::from_cents(2498).to_string() == "24.98");
  CHECK(Money::from_cents(-50).to_string() == "-0.50");
  CHECK(Money::from_cents(INT64_MIN).to_string() == "-92233720368547758.08");
}

TEST_CASE("sums and products stay exact where doubles would not") {
  CHECK(*Money::parse("0.1") + *Money::parse("0.2") == *Money::parse("0.3"));
  CHECK(*Money::parse("15.99") * 7 == *Money::parse("111.93"));
}

/// A decimal as digits and a point, spelt in one of the many ways JSON allows; the value is known by construction.
struct Spelling {
  std::string text;
  std::optional<std::int64_t> cents;
};

Spelling random_spelling(std::mt19937& random) {
  const auto below = [&random](int n) { return std::uniform_int_distribution<int>{0, n - 1}(random); };
  const std::int64_t digits = below(3) == 0 ? below(100'000) * 1000 : below(100'000'000);
  const int decimals = below(6);
  std::int64_t hundred_thousandths = digits;  // the value is digits × 10^-decimals
  for (int i = decimals; i < 5; ++i) hundred_thousandths *= 10;
  auto text = std::to_string(digits);
  const int exponent = below(21) - 10;
  // Move the point by the exponent's opposite, so that the value stays what it is.
  const int places = decimals + exponent;
  if (places > 0) {
    if (static_cast<int>(text.size()) <= places)
      text.insert(0, static_cast<std::size_t>(places) + 1 - text.size(), '0');
    text.insert(text.size() - static_cast<std::size_t>(places), 1, '.');
    text.append(static_cast<std::size_t>(below(4)), '0');
  } else if (digits != 0) {
    text.append(static_cast<std::size_t>(-places), '0');
  }
  if (exponent != 0) text += (below(2) != 0 ? "e" : "E") + std::to_string(exponent);
  const bool negative = below(4) == 0;
  if (negative) text.insert(0, 1, '-');
  if (hundred_thousandths % 1000 != 0) return {text, std::nullopt};
  const auto value = hundred_thousandths / 1000;
  return {text, negative ? -value : value};
}

TEST_CASE("fifty thousand random spellings of known decimals are read as what they are") {
  std::mt19937 random{20241216};
  int whole = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto spelling = random_spelling(random);
    CAPTURE(spelling.text);
    REQUIRE(cents(spelling.text) == spelling.cents);
    whole += spelling.cents ? 1 : 0;
  }
  CHECK(whole > 10'000);
  CHECK(whole < 45'000);
}

TEST_CASE("an amount that was printed is read as the same amount") {
  std::mt19937_64 random{1};
  std::uniform_int_distribution<std::int64_t> any{-kMost, kMost};
  for (int i = 0; i < 10'000; ++i) {
    const auto money = Money::from_cents(any(random));
    REQUIRE(Money::parse(money.to_string()) == money);
  }
}

TEST_CASE("the time to read an amount depends on its length, not on its exponent") {
  const auto begin = std::chrono::steady_clock::now();
  const std::string zeros(60'000, '0');
  CHECK(cents("0." + zeros + "1e60001") == 100);
  CHECK(cents("1" + zeros + "e-60000") == 100);
  CHECK_FALSE(cents("0." + zeros + "1e-2147483639"));
  CHECK_FALSE(cents("1e" + zeros + "999999999999"));
  CHECK(std::chrono::steady_clock::now() - begin < test::patient(std::chrono::seconds{1}));
}

}  // namespace
}  // namespace pizza::domain
