#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "json/reader.hpp"
#include "receiver.hpp"
#include "support/names.hpp"
#include "webhooks.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::answer;
using test::Receiver;
using test::Restaurant;

/// What OpenSSL's own tool says the signature of these bytes is.
std::string signature_of(const std::string& bytes) {
  const auto file = std::filesystem::temp_directory_path() / test::unique_name("signed");
  std::ofstream(file, std::ios::binary) << bytes;
  const auto finished = test::run("/bin/sh", {"-c", "openssl dgst -sha256 -mac HMAC -macopt key:'" + test::kSecret +
                                                        "' -binary '" + file.string() + "' | openssl base64 -A"});
  std::filesystem::remove(file);
  return "v1," + finished.out.substr(0, finished.out.find('\n'));
}

TEST_CASE("a notification is posted byte for byte, signed, and logged as delivered") {
  Receiver receiver;
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  const auto body = test::update(1, "cooking", "Zoë O’Neil");
  test::announce(restaurant, body, "77", "req-1");
  REQUIRE(test::logs(subscriber, "notification_delivered", 1));

  REQUIRE(receiver.count() == 1);
  const auto request = receiver.received().front().request;
  CHECK(request.body == body);
  CHECK(request.header("content-type") == "application/json");
  CHECK(std::string{request.header("user-agent")}.starts_with("pizza-notification-subscriber/"));
  const std::string id{request.header("webhook-id")};
  const std::string timestamp{request.header("webhook-timestamp")};
  CHECK(id.starts_with("msg_"));
  CHECK(std::abs(std::stoll(timestamp) - std::time(nullptr)) < 60);
  CHECK(request.header("webhook-signature") == signature_of(id + "." + timestamp + "." + body));

  const auto line = test::logged(subscriber, "notification_delivered").front();
  CHECK(line.level == "INFO");
  CHECK(line.request_id == "req-1");
  CHECK(line.text("order_number") == "ORD_20241216_001");
  CHECK(line.text("webhook") == receiver.origin());
  CHECK(line.text("fingerprint") == test::fingerprint_of(receiver.url()));
  CHECK(line.text("attempt") == "1");
  CHECK(line.text("status") == "204");
  const auto metrics = subscriber.get("/metrics");
  REQUIRE(metrics);
  CHECK(metrics->body.find("pizza_webhook_deliveries_total{outcome=\"delivered\"} 1") != std::string::npos);
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  CHECK(restaurant.vhost().count(test::kSharedQueue) == 0);
}

TEST_CASE("an order's way reaches the endpoint, each status once") {
  Receiver receiver;
  Restaurant restaurant;
  restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  restaurant.start_order_service();
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.05"}});
  const auto number = restaurant.place(test::takeout_order());
  REQUIRE(receiver.gets(2));
  std::vector<std::string> statuses;
  for (const auto& received : receiver.received()) {
    const auto document = json::read(received.request.body);
    REQUIRE(document);
    CHECK(*document->find("order_number")->string() == number);
    statuses.push_back(*document->find("new_status")->string());
  }
  std::ranges::sort(statuses);
  CHECK(statuses == std::vector<std::string>{"cooking", "ready"});
}

TEST_CASE("an endpoint that fails twice gets the same message a third time") {
  Receiver receiver([](const auto&, std::size_t nth) { return answer(nth < 3 ? 500 : 200); });
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  test::announce(restaurant, test::update(1), "77");
  REQUIRE(test::logs(subscriber, "notification_delivered", 1));
  const auto received = receiver.received();
  REQUIRE(received.size() == 3);
  for (const auto& each : received) {
    CHECK(each.request.body == test::update(1));
    CHECK(each.request.header("webhook-id") == received.front().request.header("webhook-id"));
  }
  CHECK(test::logged(subscriber, "notification_delivered").front().text("attempt") == "3");
  CHECK(test::logged(subscriber, "notification_retried").size() == 2);
  CHECK(test::logged(subscriber, "notification_failed").empty());
  CHECK(restaurant.vhost().count(test::kDeadLetters) == 0);
}

TEST_CASE("Retry-After is respected") {
  Receiver receiver([](const auto&, std::size_t nth) {
    auto response = answer(nth == 1 ? 503 : 200);
    if (nth == 1) response.headers.emplace_back("Retry-After", "1");
    return response;
  });
  Restaurant restaurant;
  restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  test::announce(restaurant, test::update(1));
  REQUIRE(receiver.gets(2));
  CHECK(receiver.received()[1].at - receiver.received()[0].at >= 1s);
}

TEST_CASE(
    "a Retry-After that is no number of seconds, negative or beyond measure does not count, and none waits for long") {
  const std::vector<std::string> odd{"-3600", "99999999999999999999999", "Fri, 31 Dec 2099 23:59:59 GMT", "4294967295"};
  Receiver receiver([&](const auto&, std::size_t nth) {
    return http::Response{.status = 503, .headers = {{"Retry-After", odd[(nth - 1) % odd.size()]}}};
  });
  Restaurant restaurant;
  auto extra = test::with_webhooks({test::webhook(receiver.url())});
  extra.environment["LOG_LEVEL"] = "DEBUG";
  auto& subscriber = restaurant.start_subscriber(extra);
  test::announce(restaurant, test::update(1));
  REQUIRE(test::logs(subscriber, "notification_retried", odd.size()));
  const auto retried = test::logged(subscriber, "notification_retried");
  for (std::size_t i = 0; i + 1 < odd.size(); ++i) CHECK(std::stoi(retried[i].text("retry_in_ms")) <= 160);
  CHECK(retried.back().text("retry_in_ms") == "120000");
}

TEST_CASE("each endpoint gets the statuses and the customer it asks for") {
  Receiver all;
  Receiver of_ready;
  Receiver of_john;
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(
      test::with_webhooks({test::webhook(all.url()), test::webhook(of_ready.url(), ", types: [ready, cancelled]"),
                           test::webhook(of_john.url(), ", customer: John Doe")}));
  test::announce(restaurant, test::update(1, "cooking", "Anna"));
  test::announce(restaurant, test::update(2, "ready", "Anna"));
  test::announce(restaurant, test::update(3, "cooking", "John Doe"));
  REQUIRE(test::logs(subscriber, "notification_delivered", 5));
  CHECK(all.count() == 3);
  REQUIRE(of_ready.count() == 1);
  CHECK(of_ready.received().front().request.body == test::update(2, "ready", "Anna"));
  REQUIRE(of_john.count() == 1);
  CHECK(of_john.received().front().request.body == test::update(3, "cooking", "John Doe"));
}

TEST_CASE("a message announced twice is delivered once, and what cannot be read is put aside") {
  Receiver receiver;
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  test::announce(restaurant, "burnt");
  test::announce(restaurant, test::update(1), "77");
  REQUIRE(receiver.gets(1));
  test::announce(restaurant, test::update(1), "77");
  test::announce(restaurant, test::update(2), "78");
  REQUIRE(receiver.gets(2));
  CHECK(receiver.count() == 2);
  // Once by what shows and once by what delivers.
  CHECK(test::logs(subscriber, "notification_unreadable", 2));
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  CHECK(restaurant.vhost().count(test::kSharedQueue) == 0);
}

}  // namespace
