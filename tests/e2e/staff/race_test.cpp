#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/staff/staff_restaurant.hpp"
#include "json/reader.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// Each order's statuses as its messages tell them, from the first; a message that came twice counts once. A chain that
/// does not hold is told as such.
std::map<std::string, std::string> told(const std::vector<BrokerMessage>& messages) {
  std::map<std::string, std::map<std::string, std::string>> moves;
  for (const auto& message : messages) {
    const auto body = json::read(message.body).value();
    const auto text = [&](const char* name) { return *body.find(name)->string(); };
    auto& next = moves[text("order_number")][text("old_status")];
    next = next.empty() || next == text("new_status") ? text("new_status") : "two ways";
  }
  std::map<std::string, std::string> chains;
  for (auto& [number, steps] : moves) {
    std::string chain = "received";
    for (std::string at = chain; steps.contains(at);) {
      const auto next = steps[at];
      steps.erase(at);
      at = next;
      chain += " " + at;
    }
    chains[number] = steps.empty() ? chain : chain + " and loose ends";
  }
  return chains;
}

}  // namespace

TEST_CASE("staff and kitchen at the same orders: whoever wins, log, row and messages tell one story") {
  StaffRestaurant here;
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  here.restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.05", "--prefetch=8"}});
  constexpr int kOrders = 80;
  std::vector<std::string> numbers;
  for (int i = 0; i < kOrders; ++i) numbers.push_back(here.restaurant.place(takeout_order()));
  std::vector<int> cancels(kOrders);
  std::vector<int> completes(kOrders);
  {
    // One follows the cook and completes what is ready, one cancels every order at about the same time.
    const std::jthread completing([&] {
      for (std::size_t i = 0; i < kOrders; ++i) completes[i] = here.ask(numbers[i], "complete").status;
    });
    for (std::size_t i = 0; i < kOrders; ++i) cancels[i] = here.ask(numbers[kOrders - 1 - i], "cancel").status;
  }
  std::ranges::reverse(cancels);
  const auto settled = [&] {
    return here.database().value("SELECT count(*) FROM orders WHERE status NOT IN ('cancelled', 'completed')") == "0" &&
           here.database().value("SELECT count(*) FROM outbox") == "0";
  };
  CHECK(eventually(core::after(30s), settled));
  const auto chains = told(here.restaurant.vhost().take_all(spy));
  for (std::size_t i = 0; i < kOrders; ++i) {
    const auto history = here.restaurant.history(numbers[i]);
    CAPTURE(numbers[i], history);
    CHECK(history.ends_with(here.restaurant.status(numbers[i])));
    CHECK((cancels[i] == 200) == history.ends_with("cancelled"));
    CHECK((completes[i] == 200) == history.ends_with("completed"));
    CHECK((cancels[i] == 200) != (completes[i] == 200));
    CHECK((chains.contains(numbers[i]) ? chains.at(numbers[i]) : "nothing") == history);
  }
  CHECK(here.database().value("SELECT count(*) FROM orders WHERE claim IS NOT NULL OR waiting_since IS NOT NULL") ==
        "0");
}

TEST_CASE("staff and courier at the same door: each order is delivered once, and counts once") {
  StaffRestaurant here;
  const auto spy = here.restaurant.vhost().spy("notifications_fanout");
  const std::map<std::string, std::string> route{{"PIZZA_KITCHEN_STATIONS", "cook,courier"}};
  here.restaurant.start_kitchen("chef_anna", {{"--cooking-time=0", "--prefetch=8"}, route});
  here.restaurant.start_kitchen("boris", {{"--station=courier", "--cooking-time=0.05", "--prefetch=4"}, route});
  constexpr std::size_t kOrders = 40;
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < kOrders; ++i) numbers.push_back(here.restaurant.place(delivery_order("Vera")));
  for (const auto& number : numbers) {
    // Legal once it is on its way, and answered 200 ever after.
    CHECK(eventually(core::after(20s), [&] { return here.ask(number, "deliver").status == 200; }));
  }
  CHECK(here.announced());
  INFO(here.restaurant.output());
  const auto chains = told(here.restaurant.vhost().take_all(spy));
  for (const auto& number : numbers) {
    const auto history = here.restaurant.history(number);
    CHECK(history == "received cooking ready out_for_delivery delivered");
    CHECK((chains.contains(number) ? chains.at(number) : "nothing") == history);
  }
  CHECK(here.database().value("SELECT orders_placed || ' ' || orders_completed FROM customers") == "40 40");
  // What the courier was still at is given up: its message comes back once and is dropped.
  CHECK(eventually(core::after(20s), [&] { return here.restaurant.vhost().count("delivery_queue") == 0; }));
}

TEST_CASE("an order cancelled at the stove leaves it at once, and the next is cooked") {
  StaffRestaurant here;
  auto& worker = here.restaurant.start_kitchen("chef_anna", {{"--cooking-time=60", "--prefetch=1"}});
  const auto first = here.restaurant.place(takeout_order());
  REQUIRE(here.restaurant.wait_status(first, "cooking"));
  const auto second = here.restaurant.place(takeout_order());
  INFO(worker.process.output());
  CHECK(here.ask(first, "cancel", R"({"reason": "dropped"})").status == 200);
  CHECK(here.restaurant.wait_status(second, "cooking"));
  CHECK(here.restaurant.history(first) == "received cooking cancelled");
  CHECK(here.ask(second, "cancel").status == 200);
  CHECK(eventually(core::after(20s), [&] {
    return here.restaurant.vhost().count("kitchen_takeout_queue") == 0 &&
           here.database().value("SELECT orders_processed FROM workers") == "0";
  }));
}
