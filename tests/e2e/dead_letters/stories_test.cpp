#include <atomic>
#include <string>

#include <catch2/catch.hpp>

#include "e2e/webhooks/receiver.hpp"
#include "e2e/webhooks/webhooks.hpp"
#include "letter_box.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE_METHOD(LetterBox, "a notification that an endpoint refused is redriven until it takes it, to that one only") {
  std::atomic<bool> broken{true};
  Receiver endpoint([&](const auto&, auto) { return http::Response{.status = broken ? 500 : 204}; });
  Receiver other;
  restaurant.start_subscriber(with_webhooks({webhook(endpoint.url(), ", attempts: 1"), webhook(other.url())}));
  announce(restaurant, update(1), "77", "req-1");
  INFO(restaurant.output());
  for (std::size_t round = 1; round <= 2; ++round) {
    REQUIRE(wait_left(1));
    CHECK(endpoint.count() == round);
    const auto listed = lines_of(command("list"), "dead_letter");
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().text("order_number") == "ORD_20241216_001");
    CHECK(listed.front().text("reason") == "the endpoint answered 500");
    CHECK(listed.front().text("origin") == "notifications_queue");
    CHECK(listed.front().text("webhook").size() == 16);
    if (round == 2) broken = false;
    CHECK(command("redrive", {"--match=ORD_20241216_001"}).exit_code == 0);
    REQUIRE(endpoint.gets(round + 1));
  }
  CHECK(wait_left(0));
  CHECK(other.count() == 1);
  CHECK(endpoint.received().back().request.body == update(1));
}

TEST_CASE_METHOD(LetterBox, "an order that failed while it was cooked goes on where it was after its redrive") {
  restaurant.start_order_service();
  const auto number = restaurant.place(takeout_order());
  REQUIRE(eventually(core::after(20s), [&] { return vhost().count("kitchen_takeout_queue") == 1; }));
  auto message = vhost().take("kitchen_takeout_queue").value();
  // As the fifth failure leaves it.
  database().execute(
      "UPDATE orders SET status = 'cooking', waiting_since = NULL, claim = NULL, claimed_message = NULL,"
      " cooking_started_at = now(), attempts = 5 WHERE number = '" +
      number + "'");
  database().execute(
      "INSERT INTO order_stages (order_id, station, worker_name) SELECT id, 'cook', 'chef_mario' FROM orders");
  message.headers = {{"x-error", "failed 5 times"}, {"x-original-queue", "kitchen_takeout_queue"}};
  put(message);
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.1"}});
  CHECK(command("redrive", {"--match", "failed 5 times"}).exit_code == 0);
  INFO(restaurant.output());
  CHECK(restaurant.wait_status(number, "ready"));
  CHECK(restaurant.history(number) == "received ready");  // no second step to cooking
  CHECK(vhost().count(kLetters) == 0);
}

TEST_CASE_METHOD(LetterBox, "what the kitchen cannot read is listed with its reason, and discarded") {
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.1"}});
  vhost().publish("orders_direct", "kitchen.order", "pizza!");
  vhost().publish("orders_topic", "kitchen.takeout.1", order_body("ORD_20240101_001"));
  REQUIRE(wait_left(2));
  std::string reasons;
  for (const auto& line : lines_of(command("list"), "dead_letter")) {
    reasons += line.text("origin") + ": " + line.text("reason") + "; ";
    CHECK(line.text("failed_by") == "chef_anna");
    CHECK(std::stoi(line.text("age_seconds")) < 60);
  }
  CHECK(reasons.find("kitchen_queue: not JSON") != std::string::npos);
  CHECK(reasons.find("kitchen_takeout_queue: there is no order ORD_20240101_001") != std::string::npos);
  CHECK(command("discard", {"--match=not JSON"}).exit_code == 0);
  CHECK(wait_left(1));
}
