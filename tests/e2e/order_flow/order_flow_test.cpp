#include <string>

#include <catch2/catch.hpp>

#include "json/reader.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

TEST_CASE("an order of each type is cooked, can be tracked and is announced") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  auto& tracking = restaurant.start_tracking();
  auto& subscriber = restaurant.start_subscriber();
  auto& chef = restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.2"}});

  for (const auto& body : {takeout_order(), dine_in_order(), delivery_order()}) {
    const auto number = restaurant.place(body);
    const bool is_ready = restaurant.wait_status(number, "ready");
    INFO(restaurant.output());
    REQUIRE(is_ready);
    CHECK(restaurant.history(number) == "received cooking ready");

    const auto answer = tracking.get("/orders/" + number + "/status");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    const auto document = json::read(answer->body);
    REQUIRE(document);
    CHECK(*document->find("current_status")->string() == "ready");
    CHECK(*document->find("processed_by")->string() == "chef_anna");

    CHECK(subscriber.process.wait_for_text(
        "Notification for order " + number + ": Status changed from 'cooking' to 'ready' by chef_anna.",
        core::after(5s)));
  }
  for (auto* service : {&chef, &subscriber, &tracking, &orders}) {
    INFO(service->name << " said:\n" << service->process.output());
    CHECK(service->process.terminate(core::after(15s)) == 0);
  }
}

TEST_CASE("every line on standard output but the notifications is a log line of the specified form") {
  Restaurant restaurant;
  restaurant.start_order_service();
  restaurant.start_tracking();
  restaurant.start_subscriber();
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0"}});
  REQUIRE(restaurant.wait_status(restaurant.place(takeout_order()), "ready"));
  restaurant.place_order("{}");

  const auto output = restaurant.output();
  std::size_t seen = 0;
  for (std::size_t begin = 0; begin < output.size();) {
    const auto end = output.find('\n', begin);
    const auto line = output.substr(begin, end - begin);
    begin = end + 1;
    CHECK_FALSE(line.starts_with("err: "));
    if (!line.starts_with("out: {")) continue;
    ++seen;
    for (const auto& fault : log_line_faults(line.substr(5))) FAIL_CHECK(fault);
  }
  CHECK(seen >= 8);
}
