#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/staff/staff_restaurant.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

std::string repeated(std::size_t count, std::string_view piece) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

std::string reason(const std::string& text) { return R"({"reason": ")" + text + "\"}"; }

}  // namespace

TEST_CASE("a body that is no acceptable JSON object moves nothing") {
  auto& here = StaffRestaurant::get();
  const auto number = here.plant("ready", "delivery");
  const std::vector<std::string> bodies{" ",
                                        "null",
                                        "[]",
                                        "\"x\"",
                                        "5",
                                        "{",
                                        "{} {}",
                                        "{\"reason\"}",
                                        R"({"reason": "a", "reason": "b"})",
                                        "{'a': 1}",
                                        R"({"reason": "\ud800"})",
                                        "{\"reason\": \"\xff\"}",
                                        "\xef\xbb\xbf{}",
                                        R"({"reason": "nul\u0000"})",
                                        "{\"reason\": \"line\nbreak\"}",
                                        repeated(17, "[") + repeated(17, "]")};
  for (const std::string operation : {"cancel", "dispatch", "complete", "priority"}) {
    for (const auto& body : bodies) {
      CAPTURE(operation, body);
      const auto answer = here.ask(number, operation, body);
      CHECK(answer.status == 400);
      CHECK(answer.text("error") == "malformed_json");
    }
  }
  CHECK(here.of_order(number, "status") == "ready");
  CHECK(here.log_of(number).empty());
}

TEST_CASE("a reason that cannot stand in the log is refused by its name") {
  auto& here = StaffRestaurant::get();
  const auto number = here.plant("ready");
  for (const auto& body : {reason(""), reason("   "), reason(repeated(201, "x")), reason(repeated(201, "щ")),
                           reason("\\u202e"), std::string{R"({"reason": 5})"}, std::string{R"({"reason": ["x"]})"},
                           std::string{R"({"reason": {}})"}, std::string{R"({"reason": true})"}}) {
    CAPTURE(body);
    const auto answer = here.ask(number, "complete", body);
    CHECK(answer.status == 400);
    CHECK(answer.text("error") == "validation_failed");
    CHECK(answer.fault_fields() == "reason");
  }
  CHECK(here.of_order(number, "status") == "ready");
}

TEST_CASE("a priority that is none is refused by its name, with every other fault") {
  auto& here = StaffRestaurant::get();
  const auto number = here.plant("received");
  for (const std::string value :
       {"0", "11", "-5", "1.0", "1e0", "\"5\"", "true", "[5]", "null", "99999999999999999999"}) {
    CAPTURE(value);
    const auto answer = here.ask(number, "priority", R"({"priority": )" + value + "}");
    CHECK(answer.status == 400);
    CHECK(answer.fault_fields() == "priority");
  }
  for (const std::string body : {"", "{}", R"({"Priority": 5})", R"({"reason": "because"})"}) {
    CAPTURE(body);
    const auto answer = here.ask(number, "priority", body);
    CHECK(answer.status == 400);
    CHECK(answer.fault_fields() == "priority");
  }
  CHECK(here.ask(number, "priority", R"({"priority": 50, "reason": 7})").fault_fields() == "priority reason");
  CHECK(here.of_order(number, "priority") == "1");
  CHECK(here.log_of(number).empty());
}

TEST_CASE("a reason goes to the log as it was written, and what is unknown is ignored") {
  auto& here = StaffRestaurant::get();
  for (const std::string text : {"x", "'); DROP TABLE orders; --", "{\"a\",NULL}", "пицца 🍕 c'est fini"}) {
    CAPTURE(text);
    const auto number = here.plant("ready");
    std::string escaped;
    for (const char c : text) escaped += c == '"' ? "\\\"" : std::string(1, c);
    CHECK(
        here.ask(number, "complete", R"({"priority": "any", "by": {"x": [1]}, "reason": ")" + escaped + "\"}").status ==
        200);
    CHECK(here.log_of(number) == "completed staff " + text);
  }
  const auto number = here.plant("ready");
  const auto longest = repeated(200, "щ");
  CHECK(here.ask(number, "complete", reason(longest)).status == 200);
  CHECK(here.log_of(number) == "completed staff " + longest);
  const auto without = here.plant("ready");
  CHECK(here.ask(without, "complete", R"({"reason": null})").status == 200);
  CHECK(here.log_of(without) == "completed staff");
}
