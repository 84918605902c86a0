#include "core/clock.hpp"

#include <chrono>
#include <random>

#include <catch2/catch.hpp>

namespace pizza::core {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kTime = std::chrono::sys_days{2024y / 12 / 16} + 10h + 32min;

TEST_CASE("instants are written in UTC with as many decimals as asked for") {
  CHECK(format_utc(kTime) == "2024-12-16T10:32:00Z");
  CHECK(format_utc(kTime + 123'456us) == "2024-12-16T10:32:00Z");
  CHECK(format_utc(kTime + 123'456us, 3) == "2024-12-16T10:32:00.123Z");
  CHECK(format_utc(kTime + 123'456us, 6) == "2024-12-16T10:32:00.123456Z");
  CHECK(format_utc(kTime + 7us, 6) == "2024-12-16T10:32:00.000007Z");
  CHECK(format_utc(kTime + 59s + 999'999us, 3) == "2024-12-16T10:32:59.999Z");
  CHECK(format_utc(std::chrono::sys_days{1970y / 1 / 1} - 1s, 3) == "1969-12-31T23:59:59.000Z");
  CHECK(format_utc(std::chrono::sys_days{2024y / 2 / 29} + 24h) == "2024-03-01T00:00:00Z");
}

TEST_CASE("an instant is read in every form that PostgreSQL and ISO 8601 give it") {
  const auto* text = GENERATE("2024-12-16T10:32:00Z", "2024-12-16 10:32:00", "2024-12-16 10:32:00+00",
                              "2024-12-16t10:32:00z", "2024-12-16T10:32:00.000Z", "2024-12-16T15:32:00+05:00",
                              "2024-12-16T16:02:00+05:30", "2024-12-15T23:32:00-11", "2024-12-16T10:32:00.0000000009Z");
  CAPTURE(text);
  CHECK(parse_utc(text) == kTime);
}

TEST_CASE("fractions of a second are read to the microsecond") {
  CHECK(parse_utc("2024-12-16T10:32:00.5Z") == kTime + 500ms);
  CHECK(parse_utc("2024-12-16T10:32:00.123456Z") == kTime + 123'456us);
  CHECK(parse_utc("2024-12-16T10:32:00.123456999Z") == kTime + 123'456us);
}

TEST_CASE("what is not such an instant is refused") {
  const auto* text = GENERATE(
      "", "2024-12-16", "2024-12-16T10:32", "2024-12-16T10:32:00.", "2024-12-16T10:32:00X", "2024-12-16T10:32:00Z ",
      " 2024-12-16T10:32:00Z", "2024-13-16T10:32:00Z", "2024-12-32T10:32:00Z", "2023-02-29T10:32:00Z",
      "2024-12-16T24:00:00Z", "2024-12-16T10:60:00Z", "2024-12-16T10:32:61Z", "2024-12-16T10:32:00+",
      "2024-12-16T10:32:00+5", "24-12-16T10:32:00Z", "2024/12/16T10:32:00Z", "2024-12-16T-1:32:00Z",
      "2024-12-16T10:32:00+05:0", "2024-12-16T10:32:00+05:", "2024-12-16T10:32:00+99:99", "infinity");
  CAPTURE(text);
  CHECK_FALSE(parse_utc(text));
}

TEST_CASE("what was written is read back, to the last microsecond") {
  std::mt19937_64 random{1};
  std::uniform_int_distribution<std::int64_t> since_1970{0, 253'402'300'799'999'999};
  for (int i = 0; i < 2'000; ++i) {
    const TimePoint time{std::chrono::microseconds{since_1970(random) / 100}};
    CAPTURE(format_utc(time, 6));
    REQUIRE(parse_utc(format_utc(time, 6)) == time);
  }
}

}  // namespace
}  // namespace pizza::core

TEST_CASE("a year that no time point can hold is refused, and the nearest that can are read") {
  for (const auto* text : {"4048-12-16T10:32:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
                           "1677-12-31T00:00:00Z", "2262-01-01T00:00:00Z"}) {
    CHECK(!pizza::core::parse_utc(text));
  }
  for (const auto* text : {"1678-01-01T00:00:00Z", "2261-12-31T23:59:59Z"}) {
    const auto read = pizza::core::parse_utc(text);
    REQUIRE(read);
    CHECK(pizza::core::format_utc(*read).substr(0, 10) == std::string{text}.substr(0, 10));
  }
}
