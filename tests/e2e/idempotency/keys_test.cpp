#include <string>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

Answer post(const std::string& key, const std::string& body) {
  return SharedRestaurant::get().post(body, {{"Idempotency-Key", key}});
}

std::string value(const std::string& sql) { return SharedRestaurant::get().restaurant.database().value(sql); }

void check_replay(const Answer& again, const Answer& first) {
  CHECK(again.status == 200);
  CHECK(again.header("idempotent-replayed") == "true");
  CHECK(again.body == first.body);
}

}  // namespace

TEST_CASE("the same key and body is answered the same again: no second order, number or message") {
  auto& shared = SharedRestaurant::get();
  const auto spy = shared.restaurant.vhost().spy("orders_topic");
  const auto before = shared.stored();
  const auto body = delivery_order("Anna", R"(, "rush": true)");
  const auto first = post("same", body);
  REQUIRE(first.status == 200);
  CHECK(first.header("idempotent-replayed").empty());
  for (int i = 0; i < 3; ++i) check_replay(post("same", body), first);
  CHECK(shared.stored() == before + 1);
  CHECK(value("SELECT count(*) FROM idempotency_keys WHERE key = 'same' AND order_number = '" + first.number() + "'") ==
        "1");
  const auto line = shared.orders.process.wait_for_line(logs_action("order_replayed"), core::after(5s));
  REQUIRE(line);
  CHECK(read_log_line(line->text)->text("order_number") == first.number());
  // The next order has the next number, and of this one there is one message.
  const auto next = shared.post(body);
  CHECK(std::stoi(next.number().substr(13)) == std::stoi(first.number().substr(13)) + 1);
  CHECK(shared.restaurant.vhost().take_all(spy, 2, core::after(5s)).size() == 2);
  CHECK_FALSE(shared.restaurant.vhost().take(spy));
  shared.restaurant.vhost().remove_queue(spy);
}

TEST_CASE("a replay is the first answer, whatever has happened to the order since") {
  auto& shared = SharedRestaurant::get();
  const auto body = takeout_order("Since");
  const auto first = post("since", body);
  REQUIRE(first.status == 200);
  // A second earlier than anything that could be computed now.
  shared.restaurant.database().execute(
      "UPDATE idempotency_keys SET estimated_completion = '2024-12-16T10:32:00.9Z' WHERE key = 'since'");
  shared.restaurant.database().execute("UPDATE orders SET status = 'cooking', priority = 10 WHERE number = '" +
                                       first.number() + "'");
  const auto again = post("since", body);
  CHECK(again.number() == first.number());
  CHECK(again.text("status") == "received");
  CHECK(again.text("priority") == "1");
  CHECK(again.text("total_amount") == "12.50");
  CHECK(again.text("estimated_completion") == "2024-12-16T10:32:00Z");
}

TEST_CASE("the same key with another body is 422, logged, and takes nothing") {
  auto& shared = SharedRestaurant::get();
  const auto first = post("reused", takeout_order("Anna"));
  REQUIRE(first.status == 200);
  const auto before = shared.stored();
  // Another body is another byte.
  for (const auto& body : {takeout_order("Bob"), takeout_order("Anna") + " "}) {
    const auto refused = shared.post(body, {{"Idempotency-Key", "reused"}, {"X-Request-ID", "reused-1"}});
    CHECK(refused.status == 422);
    CHECK(refused.content_type == "application/problem+json");
    CHECK(refused.text("error") == "idempotency_key_reused");
    CHECK(refused.text("request_id") == "reused-1");
  }
  CHECK(shared.stored() == before);
  check_replay(post("reused", takeout_order("Anna")), first);
  const auto next = shared.post(takeout_order());
  CHECK(std::stoi(next.number().substr(13)) == std::stoi(first.number().substr(13)) + 1);
  CHECK(shared.orders.process.wait_for_text(R"("idempotency_key_reused")", core::after(5s)));
}

TEST_CASE("a key is 1 to 255 printable ASCII characters; all faults of a request are told at once") {
  auto& shared = SharedRestaurant::get();
  const auto before = shared.stored();
  for (const auto& key : {std::string{}, std::string(256, 'k'), std::string{"schlüssel"}, std::string{"a\tb"}}) {
    const auto refused = post(key, takeout_order());
    INFO(key);
    CHECK(refused.status == 400);
    CHECK(refused.text("error") == "validation_failed");
    CHECK(refused.fault_fields() == "Idempotency-Key");
  }
  CHECK(post("", order_with({{"customer_name", R"("a@b")"}})).fault_fields() == "customer_name Idempotency-Key");
  CHECK(shared.stored() == before);
  for (const auto& key : {std::string{"k"}, std::string(255, '~'), std::string{R"({"a b"} \ ', NULL)"}}) {
    const auto first = post(key, takeout_order());
    CHECK(first.status == 200);
    check_replay(post(key, takeout_order()), first);
  }
  CHECK(shared.stored() == before + 3);
}

TEST_CASE("a refused request is not remembered: its key serves for the next") {
  CHECK(post("refused first", order_with({{"items", "[]"}})).status == 400);
  const auto placed = post("refused first", order_with());
  CHECK(placed.status == 200);
  CHECK(placed.header("idempotent-replayed").empty());
}

TEST_CASE("a key is kept for 24 hours; afterwards it is new, and the expired are deleted in passing") {
  auto& shared = SharedRestaurant::get();
  auto& database = shared.restaurant.database();
  const auto first = post("old", takeout_order());
  post("older", takeout_order());
  const auto age = [&](const std::string& key, const std::string& interval) {
    database.execute("UPDATE idempotency_keys SET created_at = now() - interval '" + interval + "' WHERE key = '" +
                     key + "'");
  };
  age("old", "23 hours 59 minutes");
  check_replay(post("old", takeout_order()), first);
  age("old", "24 hours 1 second");
  age("older", "25 hours");
  const auto second = post("old", takeout_order("Bob"));
  CHECK(second.status == 200);
  CHECK(second.header("idempotent-replayed").empty());
  CHECK(second.number() != first.number());
  CHECK(database.value("SELECT count(*) FROM idempotency_keys WHERE key = 'older'") == "0");
  check_replay(post("old", takeout_order("Bob")), second);
}

TEST_CASE("of orders that the database refuses no key is remembered, and no other order suffers") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  restaurant.database().execute("ALTER TABLE orders ADD CONSTRAINT planted CHECK (customer_name <> 'Culprit')");
  for (int i = 0; i < 2; ++i) {
    CHECK(post_order(orders.port, takeout_order("Culprit"), {{"Idempotency-Key", "culprit"}}).status == 500);
  }
  CHECK(restaurant.database().value("SELECT count(*) FROM idempotency_keys") == "0");
  restaurant.database().execute("ALTER TABLE orders DROP CONSTRAINT planted");
  CHECK(post_order(orders.port, takeout_order("Culprit"), {{"Idempotency-Key", "culprit"}}).number().ends_with("_001"));
}
