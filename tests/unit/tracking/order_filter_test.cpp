#include "tracking/order_filter.hpp"

#include <map>
#include <string>

#include <catch2/catch.hpp>

namespace {

using namespace pizza;
using tracking::OrderFilter;
using tracking::read_filter;

using Query = std::map<std::string, std::string>;

/// The parameters that are complained about, by name.
std::string faults(const Query& query) {
  const auto filter = read_filter(query);
  std::string names;
  if (!filter) {
    for (const auto& [field, message] : filter.error()) names += field + " ";
  }
  return names;
}

TEST_CASE("a query without parameters asks for the newest fifty of all orders") {
  const auto filter = read_filter({});
  REQUIRE(filter);
  CHECK_FALSE(filter->status);
  CHECK_FALSE(filter->type);
  CHECK_FALSE(filter->after);
  CHECK(filter->limit == 50);
}

TEST_CASE("every parameter is read, the spellings of the earlier text too") {
  const auto filter = read_filter(
      {{"status", "out-for-delivery"}, {"type", "dine-in"}, {"limit", "200"}, {"after", "ORD_20241216_1000"}});
  REQUIRE(filter);
  CHECK(filter->status == domain::OrderStatus::out_for_delivery);
  CHECK(filter->type == domain::OrderType::dine_in);
  CHECK(filter->limit == 200);
  CHECK(filter->after == "ORD_20241216_1000");
  CHECK(read_filter({{"status", "out_for_delivery"}})->status == domain::OrderStatus::out_for_delivery);
  CHECK(read_filter({{"limit", "1"}})->limit == 1);
}

TEST_CASE("unknown parameters are ignored") { CHECK(read_filter({{"page", "2"}, {"Status", "baked"}, {"", ""}})); }

TEST_CASE("a bad value is refused by the name of its parameter") {
  for (const auto* limit :
       {"", "0", "201", "-1", "+5", " 5", "5 ", "5.0", "1e2", "0x10", "fifty", "99999999999999999999"}) {
    INFO(limit);
    CHECK(faults({{"limit", limit}}) == "limit ");
  }
  for (const auto* status : {"", "READY", "baked", "ready "}) {
    INFO(status);
    CHECK(faults({{"status", status}}) == "status ");
  }
  for (const auto* type : {"", "Takeout", "pizza", "dine in"}) {
    INFO(type);
    CHECK(faults({{"type", type}}) == "type ");
  }
  for (const auto* after : {"", "5", "ORD_20241301_001", "ord_20241216_001", "ORD_20241216_01"}) {
    INFO(after);
    CHECK(faults({{"after", after}}) == "after ");
  }
}

TEST_CASE("all faults of a query come at once, and say what would be right") {
  const auto refused = read_filter({{"status", "x"}, {"type", "x"}, {"limit", "x"}, {"after", "x"}});
  REQUIRE_FALSE(refused);
  CHECK(faults({{"status", "x"}, {"type", "x"}, {"limit", "x"}, {"after", "x"}}) == "after limit status type ");
  CHECK(refused.error()[1].message == "must be a whole number from 1 to 200");
  CHECK(refused.error()[2].message ==
        "must be one of received, cooking, ready, out_for_delivery, delivered, completed, cancelled");
  CHECK(refused.error()[3].message == "must be one of dine_in, takeout, delivery");
}

}  // namespace
