#include "domain/order_number.hpp"

#include <chrono>
#include <cstdint>
#include <limits>

#include <catch2/catch.hpp>

namespace pizza::domain {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::sys_days kDay{2024y / 12 / 16};

TEST_CASE("an order number has three digits of sequence, and more when needed") {
  CHECK(OrderNumber(kDay, 1).to_string() == "ORD_20241216_001");
  CHECK(OrderNumber(kDay, 42).to_string() == "ORD_20241216_042");
  CHECK(OrderNumber(kDay, 999).to_string() == "ORD_20241216_999");
  CHECK(OrderNumber(kDay, 1000).to_string() == "ORD_20241216_1000");
  CHECK(OrderNumber(std::chrono::sys_days{2025y / 1 / 2}, 7).to_string() == "ORD_20250102_007");
}

TEST_CASE("what was written is read back") {
  for (const std::int64_t sequence : {std::int64_t{1}, std::int64_t{99}, std::int64_t{1000}, std::int64_t{123'456'789},
                                      std::numeric_limits<std::int64_t>::max()}) {
    const auto number = OrderNumber::parse(OrderNumber(kDay, sequence).to_string());
    REQUIRE(number);
    CHECK(number->day() == kDay);
    CHECK(number->sequence() == sequence);
  }
  CHECK(OrderNumber::parse("ORD_20240229_001"));
}

TEST_CASE("there is one way to write an order number") {
  const auto* text =
      GENERATE("", "ORD_", "ORD_20241216", "ORD_20241216_", "ORD_20241216_1", "ORD_20241216_01", "ORD_20241216_000",
               "ORD_20241216_0001", "ORD_20241216_-01", "ORD_20241216_+01", "ORD_20241216_001 ", " ORD_20241216_001",
               "ord_20241216_001", "ORD-20241216-001", "ORD_20241316_001", "ORD_20240230_001", "ORD_20230229_001",
               "ORD_2024121_0001", "ORD_-2024121_001", "ORD_20241216_0x1", "ORD_20241216x001", "ORD_20241216_1e3",
               "ORD_20241216_99999999999999999999", "ORD_20241216_001\n", "ORD_20241200_001");
  CAPTURE(text);
  CHECK_FALSE(OrderNumber::parse(text));
}

}  // namespace
}  // namespace pizza::domain
