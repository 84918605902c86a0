#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "receiver.hpp"
#include "support/names.hpp"
#include "webhooks.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using test::answer;
using test::Receiver;
using test::Restaurant;

/// An endpoint that takes a while to answer.
Receiver::Answer after(std::chrono::milliseconds pause) {
  return [pause](const auto&, auto) {
    std::this_thread::sleep_for(pause);
    return answer(200);
  };
}

TEST_CASE("after its last attempt a notification is a dead letter, and redriven it goes to that endpoint only") {
  std::atomic<bool> broken{true};
  Receiver receiver([&](const auto&, auto) { return answer(broken ? 500 : 200); });
  Receiver other;
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(
      test::with_webhooks({test::webhook(receiver.url(), ", attempts: 3"), test::webhook(other.url())}));
  test::announce(restaurant, test::update(1), "77", "req-1");
  const auto letters = test::dead_letters(restaurant, 1);
  REQUIRE(letters.size() == 1);
  CHECK(receiver.count() == 3);
  CHECK(other.count() == 1);
  const auto& letter = letters.front();
  CHECK(letter.body == test::update(1));
  CHECK(letter.message_id == "77");
  CHECK(letter.correlation_id == "req-1");
  CHECK(letter.delivery_mode == 2);
  auto headers = letter.headers;
  CHECK(headers["x-error"] == "the endpoint answered 500");
  CHECK(headers["x-original-queue"] == test::kSharedQueue);
  CHECK(headers.contains("x-original-routing-key"));
  CHECK_FALSE(headers["x-failed-by"].empty());
  CHECK_FALSE(headers["x-failed-at"].empty());
  CHECK(headers["x-webhook"].size() == 16);
  REQUIRE(test::logs(subscriber, "notification_failed", 1));
  const auto failed = test::logged(subscriber, "notification_failed");
  CHECK(failed.front().level == "ERROR");
  CHECK(failed.front().request_id == "req-1");
  CHECK(failed.front().text("webhook") == receiver.origin());
  CHECK(failed.front().text("attempt") == "3");
  CHECK(failed.front().text("status") == "500");
  const auto figures = subscriber.get("/metrics");
  REQUIRE(figures);
  CHECK(figures->body.find("pizza_dead_letters_total{reason=\"webhook_failed\"} 1\n") != std::string::npos);
  CHECK(figures->body.find("pizza_dead_letters_total{reason=\"webhook_unknown\"} 0\n") != std::string::npos);

  broken = false;
  auto again = letter;
  again.headers = {{"x-webhook", headers["x-webhook"]}};
  restaurant.vhost().publish("", test::kSharedQueue, again);
  REQUIRE(receiver.gets(4));
  CHECK(other.count() == 1);
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  CHECK(restaurant.vhost().count(test::kSharedQueue) == 0);
  CHECK(restaurant.vhost().count(test::kDeadLetters) == 0);
}

TEST_CASE("a redriven notification for a webhook that its subscriber does not have becomes a dead letter again") {
  Receiver other;
  Restaurant restaurant;
  const auto has_webhooks = GENERATE(true, false);
  auto& subscriber =
      restaurant.start_subscriber(has_webhooks ? test::with_webhooks({test::webhook(other.url())}) : test::Extra{});
  test::BrokerMessage redriven{.body = test::update(1)};
  redriven.message_id = "77";
  redriven.correlation_id = "req-1";
  redriven.headers = {{"x-webhook", "0123456789abcdef"}};
  restaurant.vhost().publish("", test::kSharedQueue, redriven);
  const auto letters = test::dead_letters(restaurant, 1);
  REQUIRE(letters.size() == 1);
  const auto& letter = letters.front();
  CHECK(letter.body == redriven.body);
  CHECK(letter.message_id == "77");
  CHECK(letter.correlation_id == "req-1");
  CHECK(letter.headers.at("x-error") == "webhook not configured");
  CHECK(letter.headers.at("x-webhook") == "0123456789abcdef");
  CHECK(letter.headers.at("x-original-queue") == test::kSharedQueue);
  REQUIRE(test::logs(subscriber, "notification_failed", 1));
  const auto figures = subscriber.get("/metrics");
  REQUIRE(figures);
  CHECK(figures->body.find("pizza_dead_letters_total{reason=\"webhook_unknown\"} 1\n") != std::string::npos);
  CHECK(figures->body.find("pizza_dead_letters_total{reason=\"webhook_failed\"} 0\n") != std::string::npos);
  CHECK(test::logged(subscriber, "notification_failed").front().text("fingerprint") == "0123456789abcdef");
  CHECK(other.count() == 0);
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  CHECK(restaurant.vhost().count(test::kSharedQueue) == 0);
}

TEST_CASE("an endpoint that is gone is not asked again, and a redirect is not followed") {
  Receiver gone([](const auto&, auto) { return answer(410); });
  Receiver elsewhere;
  Receiver redirecting(
      [&](const auto&, auto) { return http::Response{.status = 307, .headers = {{"Location", elsewhere.url()}}}; });
  Restaurant restaurant;
  restaurant.start_subscriber(
      test::with_webhooks({test::webhook(gone.url()), test::webhook(redirecting.url(), ", attempts: 2")}));
  test::announce(restaurant, test::update(1));
  REQUIRE(test::dead_letters(restaurant, 2).size() == 2);
  CHECK(gone.count() == 1);
  CHECK(redirecting.count() == 2);
  CHECK(elsewhere.count() == 0);
}

TEST_CASE("an attempt ends at its timeout, and nobody listening is a failure too") {
  Receiver slow(after(1s));
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(
      test::with_webhooks({test::webhook(slow.url(), ", attempts: 1, timeout: 0.2"),
                           test::webhook(fmt::format("http://127.0.0.1:{}/", test::free_port()), ", attempts: 2")}));
  test::announce(restaurant, test::update(1));
  auto letters = test::dead_letters(restaurant, 2);
  REQUIRE(letters.size() == 2);
  std::vector<std::string> errors;
  for (auto& letter : letters) errors.push_back(letter.headers["x-error"]);
  std::ranges::sort(errors);
  CHECK(errors == std::vector<std::string>{"connecting to 127.0.0.1: Connection refused", "timed out"});
  CHECK(test::logs(subscriber, "notification_failed", 2));
}

TEST_CASE("a slow endpoint holds up neither another one nor what is shown") {
  constexpr int kMessages = 100;
  Receiver slow(after(2s));
  Receiver quick;
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(
      test::with_webhooks({test::webhook(slow.url(), ", timeout: 1, attempts: 20"), test::webhook(quick.url())}));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 1; i <= kMessages; ++i) test::announce(restaurant, test::update(i));
  REQUIRE(quick.gets(kMessages));
  REQUIRE(test::logs(subscriber, "notification_received", kMessages));
  // In turn with the slow one it would be 25 s at least.
  CHECK(std::chrono::steady_clock::now() - start < 12s);
  CHECK(quick.count() == kMessages);
}

TEST_CASE("two subscribers share the deliveries, each is made once") {
  constexpr std::size_t kMessages = 60;
  Receiver receiver(after(10ms));
  Restaurant restaurant;
  const auto extra = test::with_webhooks({test::webhook(receiver.url())});
  auto& first = restaurant.start_subscriber(extra);
  auto& second = restaurant.start_subscriber(extra);
  for (std::size_t i = 1; i <= kMessages; ++i) test::announce(restaurant, test::update(static_cast<int>(i)));
  REQUIRE(receiver.gets(kMessages));
  CHECK(first.process.terminate(core::after(10s)) == 0);
  CHECK(second.process.terminate(core::after(10s)) == 0);
  CHECK(receiver.count() == kMessages);
  CHECK_FALSE(test::logged(first, "notification_delivered").empty());
  CHECK_FALSE(test::logged(second, "notification_delivered").empty());
  CHECK(restaurant.vhost().count(test::kSharedQueue) == 0);
}

TEST_CASE("a subscriber without webhooks leaves the deliveries to one that has them") {
  constexpr std::size_t kMessages = 40;
  Receiver receiver(after(5ms));
  Restaurant restaurant;
  auto& without = restaurant.start_subscriber();
  auto& with = restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  for (std::size_t i = 1; i <= kMessages; ++i) test::announce(restaurant, test::update(static_cast<int>(i)));
  CHECK(receiver.gets(kMessages));
  CHECK(test::logs(without, "notification_received", kMessages));
  CHECK(with.process.terminate(core::after(10s)) == 0);
  // Alone it drains the queue, so that it does not grow.
  test::announce(restaurant, test::update(99));
  CHECK(test::logs(without, "notification_received", kMessages + 1));
  CHECK(test::eventually(core::after(10s), [&] { return restaurant.vhost().count(test::kSharedQueue) == 0; }));
  CHECK(receiver.count() == kMessages);
}

TEST_CASE("what a killed subscriber had in hand is delivered by another") {
  std::atomic<bool> killed{false};
  Receiver receiver([&](const auto&, std::size_t nth) {
    if (nth == 1) test::eventually(core::after(30s), [&] { return killed.load(); });
    return answer(200);
  });
  Restaurant restaurant;
  const auto extra = test::with_webhooks({test::webhook(receiver.url(), ", timeout: 60")});
  auto& first = restaurant.start_subscriber(extra);
  test::announce(restaurant, test::update(1), "77");
  REQUIRE(receiver.gets(1));
  auto& second = restaurant.start_subscriber(extra);
  restaurant.remove(first);
  killed = true;
  REQUIRE(test::logs(second, "notification_delivered", 1));
  const auto received = receiver.received();
  REQUIRE(received.size() == 2);
  CHECK(received[0].request.header("webhook-id") == received[1].request.header("webhook-id"));
}

TEST_CASE("what comes again after a lost connection is not delivered again") {
  constexpr std::size_t kMessages = 8;
  std::atomic<bool> open{false};
  Receiver receiver([&](const auto&, auto) {
    test::eventually(core::after(30s), [&] { return open.load(); });
    return answer(200);
  });
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url(), ", timeout: 60")}));
  for (std::size_t i = 1; i <= kMessages; ++i) test::announce(restaurant, test::update(static_cast<int>(i)));
  REQUIRE(receiver.gets(4));
  const auto connected = test::logged(subscriber, "rabbitmq_connected").size();
  restaurant.vhost().close_connections();
  REQUIRE(test::logs(subscriber, "rabbitmq_connected", 2 * connected));
  REQUIRE(test::eventually(core::after(20s), [&] { return restaurant.vhost().count(test::kSharedQueue) == 0; }));
  open = true;
  REQUIRE(test::logs(subscriber, "notification_delivered", kMessages));
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  CHECK(receiver.count() == kMessages);
  CHECK(restaurant.vhost().count(test::kSharedQueue) == 0);
}

TEST_CASE("without a broker a subscriber with webhooks ends as one without") {
  Restaurant restaurant;
  auto extra = test::with_webhooks({test::webhook("https://endpoint.example/?token=t0k3n")});
  extra.environment.insert({{"RABBITMQ", "amqp://u:hidden@127.0.0.1:1/"}, {"PIZZA_STARTUP_TIMEOUT", "1"}});
  const auto finished = restaurant.run("notification-subscriber", {}, extra);
  CHECK(finished.exit_code == 1);
  CHECK(finished.out.find("rabbitmq_connection_failed") != std::string::npos);
}

TEST_CASE("what is handed back for one endpoint does not come to another again") {
  constexpr std::size_t kMessages = 10;
  Receiver healthy;
  Receiver failing([](const auto&, auto) { return answer(500); });
  Restaurant restaurant;
  const auto extra = test::with_webhooks(
      {test::webhook(healthy.url()), fmt::format(R"({{url: "{}", secret: "{}", allow_private: true, retry_delay: 60}})",
                                                 failing.url(), test::kSecret)});
  auto& first = restaurant.start_subscriber(extra);
  for (std::size_t i = 1; i <= kMessages; ++i) test::announce(restaurant, test::update(static_cast<int>(i)));
  REQUIRE(healthy.gets(kMessages));
  REQUIRE(failing.gets(kMessages));
  REQUIRE(test::logs(first, "notification_delivered", kMessages));
  CHECK(first.process.terminate(core::after(10s)) == 0);
  CHECK(restaurant.vhost().count(test::kSharedQueue) == kMessages);
  const auto before = failing.count();
  restaurant.start_subscriber(extra);
  REQUIRE(failing.gets(before + kMessages));
  CHECK(healthy.count() == kMessages);
}

TEST_CASE("asked to stop it finishes the attempts that run and hands back the rest") {
  constexpr std::size_t kMessages = 30;
  Receiver receiver(after(300ms));
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber(test::with_webhooks({test::webhook(receiver.url())}));
  for (std::size_t i = 1; i <= kMessages; ++i) test::announce(restaurant, test::update(static_cast<int>(i)));
  REQUIRE(receiver.gets(2));
  CHECK(subscriber.process.terminate(core::after(10s)) == 0);
  const auto delivered = test::logged(subscriber, "notification_delivered").size();
  CHECK(receiver.count() == delivered);
  CHECK(delivered < kMessages);
  CHECK(test::eventually(core::after(5s),
                         [&] { return restaurant.vhost().count(test::kSharedQueue) == kMessages - delivered; }));
  CHECK(restaurant.vhost().count(test::kDeadLetters) == 0);
}

}  // namespace
