#include "contracts/dead_letter.hpp"

#include <chrono>
#include <map>
#include <string>

#include <catch2/catch.hpp>

namespace pizza::contracts {
namespace {

TEST_CASE("a dead letter carries the five headers of the contract") {
  using namespace std::chrono;
  const auto at = sys_days{2024y / December / 16} + 10h + 32min;
  const std::map<std::string, std::string> expected{{"x-error", "not JSON: invalid value at byte 1"},
                                                    {"x-original-queue", "kitchen_takeout_queue"},
                                                    {"x-original-routing-key", "kitchen.takeout.1"},
                                                    {"x-failed-by", "chef_anna"},
                                                    {"x-failed-at", "2024-12-16T10:32:00Z"}};
  CHECK(to_headers({.error = "not JSON: invalid value at byte 1",
                    .queue = "kitchen_takeout_queue",
                    .routing_key = "kitchen.takeout.1",
                    .failed_by = "chef_anna",
                    .failed_at = at}) == expected);
  CHECK(std::string{kWebhookHeader} == "x-webhook");
}

}  // namespace
}  // namespace pizza::contracts
