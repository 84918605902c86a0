#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "letter_box.hpp"
#include "support/names.hpp"

using namespace pizza;
using namespace pizza::test;
using Ids = std::vector<std::string>;

namespace {

/// A database that nobody may need.
Extra without_database() {
  return {{},
          {{"DB_URL", "postgres://nobody@127.0.0.1:" + std::to_string(free_port()) + "/none"},
           {"PIZZA_STARTUP_TIMEOUT", "1"}}};
}

}  // namespace

TEST_CASE_METHOD(LetterBox, "list shows each dead letter with what is known of it, and leaves all as they were") {
  put(letter("a", order_body("ORD_20261122_001"), "kitchen_takeout_queue", "there is no order ORD_20261122_001"));
  put(letter("b", "pizza!", "kitchen_queue", "not JSON"));
  put({.body = "", .message_id = "c"});
  for (int round = 0; round < 2; ++round) {
    const auto finished = command("list", {}, without_database());
    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == 0);
    const auto lines = lines_of(finished, "dead_letter");
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].level == "INFO");
    CHECK(lines[0].request_id == "req-a");
    CHECK(lines[0].text("order_number") == "ORD_20261122_001");
    CHECK(lines[0].text("reason") == "there is no order ORD_20261122_001");
    CHECK(lines[0].text("origin") == "kitchen_takeout_queue");
    CHECK(lines[0].text("routing_key") == "kitchen.takeout.5");
    CHECK(lines[0].text("failed_by") == "chef_anna");
    CHECK(lines[0].text("failed_at") == "2024-12-16T10:32:00Z");
    CHECK(std::stoll(lines[0].text("age_seconds")) > 60'000'000);
    CHECK(lines[0].text("message_id") == "a");
    CHECK(lines[1].text("order_number").empty());
    CHECK(lines[1].text("reason") == "not JSON");
    CHECK(lines[1].text("bytes") == "6");
    CHECK(lines[2].text("message_id") == "c");
    CHECK(lines[2].text("origin").empty());
    CHECK(lines[2].text("age_seconds").empty());
    const auto closing = lines_of(finished, "dead_letters_listed");
    REQUIRE(closing.size() == 1);
    CHECK(closing.front().text("count") == "3");
    CHECK(wait_left(3));
  }
  const auto left = vhost().take_all(kLetters);
  REQUIRE(left.size() == 3);
  CHECK(left[0].message_id == "a");
  CHECK(left[1].message_id == "b");
  CHECK(left[2].message_id == "c");
  CHECK(left[0].headers.at("x-failed-by") == "chef_anna");
  CHECK(left[1].body == "pizza!");
}

TEST_CASE_METHOD(LetterBox, "an empty queue, and one that nobody has declared yet, have nothing to list") {
  vhost().remove_queue(kLetters);
  for (const std::string action : {"list", "redrive", "discard"}) {
    const auto finished = command(action, {}, without_database());
    INFO(finished.out << finished.err);
    CHECK(finished.exit_code == 0);
  }
  CHECK(vhost().count(kLetters) == 0);
}

TEST_CASE_METHOD(LetterBox, "--match chooses by order number, reason and origin; the others keep their places") {
  put(letter("a", order_body("ORD_20261122_001"), "kitchen_takeout_queue", "not JSON: somewhere"));
  put(letter("b", "{}", "kitchen_queue", "no order_number"));
  put(letter("c", order_body("ORD_20261122_017"), "kitchen_queue", "failed 5 times"));
  put(letter("d", "{}", "notifications_queue", "the webhook answered 500"));
  const auto listed = [&](const std::string& text) {
    std::string ids;
    for (const auto& line : lines_of(command("list", {"--match", text}), "dead_letter")) ids += line.text("message_id");
    return ids;
  };
  CHECK(listed("ORD_20261122_0") == "ac");
  CHECK(listed("_017") == "c");
  CHECK(listed("not JSON") == "a");
  CHECK(listed("kitchen_queue") == "bc");
  CHECK(listed("notifications") == "d");
  CHECK(listed("chef_anna").empty());

  const auto discarded = command("discard", {"--match=kitchen_queue"}, without_database());
  INFO(discarded.out << discarded.err);
  CHECK(discarded.exit_code == 0);
  const auto lines = lines_of(discarded, "dead_letter_discarded");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text("message_id") == "b");
  CHECK(lines[1].text("order_number") == "ORD_20261122_017");
  CHECK(lines_of(discarded, "dead_letters_discarded").front().text("count") == "2");
  CHECK(take_ids() == Ids{"a", "d"});
}

TEST_CASE_METHOD(LetterBox, "redrive gives a message back to its queue as it was, without the headers of the failure") {
  auto hook = letter("h", R"({"order_number":"ORD_20261122_001","new_status":"ready"})", "notifications_queue");
  hook.type = "status_update";
  hook.headers["x-webhook"] = "3f2a";
  hook.headers["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  put(hook);
  // Those of one webhook; it is no order, so no database is asked.
  const auto finished = command("redrive", {"--match=3f2a"}, without_database());
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 0);
  CHECK(lines_of(finished, "dead_letters_redriven").front().text("count") == "1");
  CHECK(vhost().count(kLetters) == 0);
  const auto messages = vhost().take_all("notifications_queue");
  REQUIRE(messages.size() == 1);
  const auto& message = messages.front();
  CHECK(message.body == hook.body);
  CHECK(message.message_id == "h");
  CHECK(message.correlation_id == "req-h");
  CHECK(message.priority == 5);
  CHECK(message.delivery_mode == 2);
  CHECK(message.timestamp == hook.timestamp);
  CHECK(message.type == "status_update");
  CHECK(message.headers ==
        std::map<std::string, std::string>{{"x-webhook", "3f2a"}, {"traceparent", hook.headers["traceparent"]}});
}

TEST_CASE_METHOD(LetterBox, "a message that cannot be sent again stays where it is and is reported") {
  put(letter("nowhere", "{}", ""));
  put(letter("gone", "{}", "no_such_queue"));
  put(letter("order", order_body("ORD_20261122_001", "delivery"), ""));
  put(letter("itself", "{}", kLetters));
  const auto finished = command("redrive");
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  const auto kept = lines_of(finished, "dead_letter_kept");
  REQUIRE(kept.size() == 3);
  CHECK(kept[0].level == "ERROR");
  CHECK(kept[0].text("message_id") == "nowhere");
  CHECK(kept[1].message.find("there is no queue 'no_such_queue'") != std::string::npos);
  const auto closing = lines_of(finished, "dead_letters_redriven").front();
  CHECK(closing.text("count") == "1");
  CHECK(closing.text("kept") == "3");
  CHECK(take_ids() == Ids{"nowhere", "gone", "itself"});
  CHECK(take_ids("kitchen_delivery_queue") == Ids{"order"});  // by the order's own type
}

TEST_CASE_METHOD(LetterBox, "an order that failed too often is cooked after its redrive") {
  restaurant.start_order_service();
  const auto number = restaurant.place(takeout_order());
  database().execute("UPDATE orders SET attempts = 5 WHERE number = '" + number + "'");
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.1"}});
  REQUIRE(wait_left(1));
  const auto listed = lines_of(command("list"), "dead_letter");
  REQUIRE(listed.size() == 1);
  CHECK(listed.front().text("order_number") == number);
  CHECK(listed.front().text("origin") == "kitchen_takeout_queue");
  CHECK(restaurant.status(number) == "received");

  const auto finished = command("redrive", {"--match", number});
  INFO(finished.out << finished.err << restaurant.output());
  CHECK(finished.exit_code == 0);
  CHECK(restaurant.wait_status(number, "ready"));
  CHECK(vhost().count(kLetters) == 0);
}

TEST_CASE_METHOD(LetterBox, "without a database orders stay dead letters, and nothing is sent") {
  put(letter("a", order_body("ORD_20261122_001"), "kitchen_takeout_queue"));
  const auto finished = command("redrive", {}, without_database());
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 1);
  CHECK(lines_of(finished, "db_connection_failed").size() == 1);
  CHECK(vhost().count("kitchen_takeout_queue") == 0);
  CHECK(wait_left(1));
}

TEST_CASE_METHOD(LetterBox,
                 "redrive deals once with what was there, also while a worker makes dead letters of it again") {
  restaurant.start_kitchen("chef_anna", {{"--cooking-time=0.1"}});
  for (int i = 0; i < 20; ++i) vhost().publish("", "kitchen_takeout_queue", "nonsense " + std::to_string(i));
  REQUIRE(wait_left(20));
  const auto finished = command("redrive");
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 0);
  CHECK(lines_of(finished, "dead_letter_redriven").size() == 20);
  CHECK(wait_left(20));
}
