#include "contracts/status_update.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>

namespace pizza::contracts {
namespace {

using namespace std::chrono_literals;
using domain::OrderStatus;

constexpr core::TimePoint kTime = std::chrono::sys_days{2024y / 12 / 16} + 10h + 32min;

// The specification's example (Kitchen Worker, Logic 4), without its spaces.
constexpr std::string_view kGoldenUpdate =
    R"({"order_number":"ORD_20241216_001","old_status":"received","new_status":"cooking","changed_by":"chef_mario",)"
    R"("timestamp":"2024-12-16T10:32:00Z","estimated_completion":"2024-12-16T10:42:00Z"})";

StatusUpdate example_update() {
  return {.order_number = "ORD_20241216_001",
          .old_status = OrderStatus::received,
          .new_status = OrderStatus::cooking,
          .changed_by = "chef_mario",
          .timestamp = kTime,
          .estimated_completion = kTime + 10min,
          .customer_name = {},
          .order_type = {}};
}

std::string update_fault(std::string_view body) {
  const auto update = decode_status_update(body);
  return update ? "accepted" : update.error();
}

std::string with_replaced(std::string_view what, std::string_view with) {
  std::string body{kGoldenUpdate};
  return body.replace(body.find(what), what.size(), with);
}

void check_same(const StatusUpdate& a, const StatusUpdate& b) {
  CHECK(a.order_number == b.order_number);
  CHECK(a.old_status == b.old_status);
  CHECK(a.new_status == b.new_status);
  CHECK(a.changed_by == b.changed_by);
  CHECK(a.timestamp == b.timestamp);
  CHECK(a.estimated_completion == b.estimated_completion);
  CHECK(a.customer_name == b.customer_name);
  CHECK(a.order_type == b.order_type);
}

TEST_CASE("the specification's status update is written and read byte for byte") {
  CHECK(encode(example_update()) == kGoldenUpdate);
  const auto update = decode_status_update(kGoldenUpdate);
  REQUIRE(update);
  check_same(*update, example_update());
}

TEST_CASE("customer and type follow the printed members, and no estimate is null") {
  auto update = example_update();
  update.new_status = OrderStatus::out_for_delivery;
  update.old_status = OrderStatus::ready;
  update.estimated_completion.reset();
  update.customer_name = "O'Neil";
  update.order_type = domain::OrderType::delivery;
  CHECK(encode(update) == R"({"order_number":"ORD_20241216_001","old_status":"ready","new_status":"out_for_delivery",)"
                          R"("changed_by":"chef_mario","timestamp":"2024-12-16T10:32:00Z","estimated_completion":null,)"
                          R"("customer_name":"O'Neil","order_type":"delivery"})");
}

TEST_CASE("every pair of statuses and every type comes back as it was written") {
  for (const auto from : domain::kOrderStatuses) {
    for (const auto to : domain::kOrderStatuses) {
      for (const auto type : domain::kOrderTypes) {
        auto update = example_update();
        update.old_status = from;
        update.new_status = to;
        update.order_type = type;
        update.customer_name = "Әлия \\ \"王小明\"";
        const auto again = decode_status_update(encode(update));
        REQUIRE(again);
        check_same(*again, update);
      }
    }
  }
}

TEST_CASE("a message from elsewhere may leave out the estimate, spell things the earlier way and add members") {
  const auto update = decode_status_update(R"({"x":[1],"changed_by":"chef","order_number":"7","old_status":"ready",
      "new_status":"out-for-delivery","timestamp":"2024-12-16T15:32:00.5+05:00","order_type":"dine-in"})");
  REQUIRE(update);
  CHECK(update->new_status == OrderStatus::out_for_delivery);
  CHECK(update->timestamp == kTime + 500ms);
  CHECK_FALSE(update->estimated_completion);
  CHECK(update->customer_name.empty());
  CHECK(update->order_type == domain::OrderType::dine_in);
}

TEST_CASE("each kind of broken status update is refused for its reason") {
  const auto [body, fault] = GENERATE(values<std::pair<std::string, std::string>>({
      {"", "not JSON: empty document at byte 0"},
      {"[]", "not a JSON object"},
      {"{}", "order_number is required"},
      {with_replaced("ORD_20241216_001", ""), "order_number must be 1 to 64 characters long"},
      {with_replaced(R"("ORD_20241216_001")", "1"), "order_number must be a string"},
      {with_replaced("old_status", "was"), "old_status is required"},
      {with_replaced("received", "new"), "old_status is not a known value"},
      {with_replaced(R"("cooking")", "null"), "new_status is required"},
      {with_replaced("cooking", "Cooking"), "new_status is not a known value"},
      {with_replaced("changed_by", "by"), "changed_by is required"},
      {with_replaced(R"("chef_mario")", "{}"), "changed_by must be a string"},
      {with_replaced("timestamp", "time"), "timestamp is required"},
      {with_replaced("2024-12-16T10:32:00Z", "yesterday"), "timestamp is not a known value"},
      {with_replaced(R"("2024-12-16T10:32:00Z")", "1734345120"), "timestamp must be a string"},
      {with_replaced("2024-12-16T10:42:00Z", "soon"), "estimated_completion is not a known value"},
      {with_replaced(R"("2024-12-16T10:42:00Z")", "7"), "estimated_completion must be a string"},
      {with_replaced(R"("changed_by")", R"("customer_name":7,"changed_by")"), "customer_name must be a string"},
      {with_replaced(R"("changed_by")", R"("order_type":"pizza","changed_by")"), "order_type is not a known value"},
  }));
  CAPTURE(body);
  CHECK(update_fault(body) == fault);
}

TEST_CASE("every beginning of a status update is refused") {
  for (std::size_t size = 0; size < kGoldenUpdate.size(); ++size) {
    REQUIRE(update_fault(kGoldenUpdate.substr(0, size)).starts_with("not JSON: "));
  }
}

}  // namespace
}  // namespace pizza::contracts
