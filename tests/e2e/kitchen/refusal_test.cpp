#include "e2e/kitchen/planted_orders.hpp"

using namespace pizza;
using namespace pizza::test;

TEST_CASE("what can never be cooked goes to the dead letters with its reason, and blocks nothing") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=0"});
  const std::vector<std::string> poison{
      "no json at all",
      "{}",
      R"({"order_number": 7, "order_type": "takeout"})",
      R"({"order_number": "ORD_20260101_001"})",
      R"({"order_number": "ORD_20260101_001", "order_type": "by_boat"})",
      "[]",
      "\xff\xfe\x00 bytes",
      "",
      PlantedOrders::body_of("ORD_20260101_999", "takeout"),
  };
  for (const auto& body : poison) {
    kitchen.publish({.body = body, .message_id = "m-poison", .routing_key = "kitchen.takeout.1"});
  }
  CHECK(kitchen.wait_ready(kitchen.order()));

  const auto letters = kitchen.vhost().take_all("kitchen_dead_letter_queue", poison.size(), core::after(10s));
  INFO(anna.process.output());
  REQUIRE(letters.size() == poison.size());
  std::vector<std::string> bodies;
  for (const auto& letter : letters) {
    bodies.push_back(letter.body);
    const auto header = [&](const char* name) {
      const auto found = letter.headers.find(name);
      return found == letter.headers.end() ? "(missing)" : found->second;
    };
    INFO(letter.body);
    CHECK(header("x-error") != "(missing)");
    CHECK(header("x-error") != "");
    CHECK(header("x-original-queue") == "kitchen_takeout_queue");
    CHECK(header("x-original-routing-key") == "kitchen.takeout.1");
    CHECK(header("x-failed-by") == "anna");
    CHECK(core::parse_utc(header("x-failed-at")));
    CHECK(letter.delivery_mode == 2);
    CHECK(letter.message_id == "m-poison");
  }
  CHECK_THAT(bodies, Catch::UnorderedEquals(poison));
  CHECK(wait_lines(anna.process, "message_processing_failed", poison.size()));
  CHECK(stopped(anna) == 0);
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 0);
}

TEST_CASE("an order whose processing fails five times becomes a dead letter, and the others go on") {
  PlantedOrders kitchen;
  const auto cursed = kitchen.plant();
  kitchen.database().execute(
      "CREATE FUNCTION curse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF new.status = 'cooking' AND new.order_id = (SELECT id FROM orders WHERE number = '" +
      cursed +
      "') THEN RAISE EXCEPTION 'this order is cursed'; END IF; RETURN new; END $$;"
      "CREATE TRIGGER curse BEFORE INSERT ON order_status_log FOR EACH ROW EXECUTE FUNCTION curse()");
  // A batch with the culprit in it: only the culprit fails.
  std::vector<std::string> others;
  kitchen.send(cursed);
  for (int i = 0; i < 3; ++i) others.push_back(kitchen.order());
  auto& anna = kitchen.start("anna", {"--cooking-time=0", "--prefetch=4"});
  REQUIRE(kitchen.wait_ready(others));
  auto last = kitchen.order();
  REQUIRE(kitchen.wait_ready(last));

  const auto letters = kitchen.vhost().take_all("kitchen_dead_letter_queue", 1, core::after(30s));
  INFO(anna.process.output());
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].message_id == "m-" + cursed);
  CHECK(letters[0].headers.at("x-original-queue") == "kitchen_takeout_queue");
  CHECK(letters[0].headers.at("x-error").find("failed 5 times") != std::string::npos);
  CHECK(kitchen.of_order(cursed, "attempts") == "5");
  CHECK(kitchen.history(cursed) == "received");
  const auto notes = kitchen.database().query(
      "SELECT changed_by, notes FROM order_status_log l JOIN orders o ON o.id = l.order_id"
      " WHERE l.status IS NULL AND o.number = '" +
      cursed + "'");
  REQUIRE(notes.size() == 1);
  CHECK(notes[0][0] == "anna");
  CHECK(notes[0][1].find("this order is cursed") != std::string::npos);
  for (const auto& number : others) CHECK(kitchen.of_order(number, "attempts") == "0");
  CHECK(stopped(anna) == 0);
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 0);
}

TEST_CASE("an order of a type that a worker does not cook goes back slowly until somebody else takes it") {
  PlantedOrders kitchen;
  auto& mario = kitchen.start("mario", {"--order-types=dine_in", "--cooking-time=0.1"});
  const auto takeout = kitchen.plant("takeout");
  auto astray = kitchen.message_of(takeout);
  const auto begin = std::chrono::steady_clock::now();
  kitchen.vhost().publish("", "kitchen_dine_in_queue", astray);
  // It takes no place from the orders that are mario's own, even one by one.
  std::vector<std::string> own;
  for (int i = 0; i < 20; ++i) REQUIRE(kitchen.wait_ready(own.emplace_back(kitchen.order("dine_in")), 5s));
  // It does go back, but at most some three times a second.
  std::size_t seen = 0;
  REQUIRE(eventually(core::after(20s), [&] {
    seen = kitchen.vhost().redeliveries("kitchen_dine_in_queue");
    return seen >= 2;
  }));
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  CHECK(static_cast<double>(seen) <= 3 * elapsed.count());
  CHECK(kitchen.history(takeout) == "received");

  auto& anna = kitchen.start("anna", {"--cooking-time=0.1"});
  REQUIRE(kitchen.wait_ready(takeout, 15s));
  INFO(kitchen.restaurant.output());
  CHECK(kitchen.of_order(takeout, "processed_by") == "anna");
  CHECK(wait_lines(anna.process, "order_completed", 1));
  CHECK(wait_lines(mario.process, "order_completed", 20));
  CHECK(kitchen.vhost().count("kitchen_dead_letter_queue") == 0);
}
