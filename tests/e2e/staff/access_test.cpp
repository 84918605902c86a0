#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "e2e/staff/staff_restaurant.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

const auto kOperations = {"cancel", "dispatch", "deliver", "complete", "priority"};

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != std::string::npos; }

}  // namespace

TEST_CASE("without the staff's token nobody moves an order") {
  auto& here = StaffRestaurant::get();
  const auto number = here.plant("ready", "delivery");
  const auto from = here.orders->process.line_count();
  const std::string token = kStaffToken;
  for (const auto& headers :
       {http::Client::Headers{}, bearer("wrong-horse"), bearer(token + "x"), bearer(token.substr(1)), bearer(""),
        http::Client::Headers{{"Authorization", "Basic " + token}}, http::Client::Headers{{"Authorization", token}}}) {
    for (const std::string operation : kOperations) {
      CAPTURE(operation);
      // Even a body or a number that is wrong tells a stranger nothing.
      for (const auto& [order, body] :
           {std::pair{number, std::string{R"({"priority": 5})"}}, std::pair{number, std::string{"nonsense"}},
            std::pair{std::string{"ORD_20260101_999"}, std::string{}}}) {
        const auto answer = ask_staff(*here.orders, order, operation, body, headers);
        CHECK(answer.status == 401);
        CHECK(answer.text("error") == "unauthorized");
        CHECK(answer.header("www-authenticate") == "Bearer");
      }
    }
  }
  CHECK(here.of_order(number, "status") == "ready");
  CHECK(here.log_of(number).empty());
  const auto line = here.orders->process.wait_for_line(logs_action("staff_refused"), core::after(10s), from);
  REQUIRE(line);
  CHECK(log_line_faults(line->text).empty());
  CHECK(read_log_line(line->text)->level == "ERROR");
}

TEST_CASE("the scheme of the token may be in any case") {
  auto& here = StaffRestaurant::get();
  for (const std::string scheme : {"bearer ", "BEARER ", "Bearer   "}) {
    CAPTURE(scheme);
    const auto number = here.plant("ready");
    CHECK(ask_staff(*here.orders, number, "complete", "", {{"Authorization", scheme + kStaffToken}}).status == 200);
  }
}

TEST_CASE("while no token is configured nobody is staff") {
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service();
  const auto number = restaurant.place(takeout_order());
  for (const auto& headers : {http::Client::Headers{}, bearer(), bearer("")}) {
    for (const std::string operation : kOperations) {
      const auto answer = ask_staff(orders, number, operation, R"({"priority": 5})", headers);
      CHECK(answer.status == 403);
      CHECK(answer.text("error") == "staff_disabled");
    }
  }
  CHECK(restaurant.history(number) == "received");
}

TEST_CASE("the token may stand in a file") {
  const auto file = std::filesystem::temp_directory_path() / (unique_name("staff_token") + ".txt");
  std::ofstream(file) << "from-a-file\n";
  Restaurant restaurant;
  auto& orders = restaurant.start_order_service({{}, {{"PIZZA_ORDER_STAFF_TOKEN_FILE", file.string()}}});
  std::filesystem::remove(file);
  const auto number = restaurant.place(takeout_order());
  CHECK(ask_staff(orders, number, "cancel", "", bearer("from-a-file\n")).status != 200);
  CHECK(ask_staff(orders, number, "cancel", "", bearer("other")).status == 401);
  CHECK(ask_staff(orders, number, "cancel", "", bearer("from-a-file")).status == 200);
  CHECK_FALSE(contains(orders.process.output(), "from-a-file"));
}

TEST_CASE("no token, right or wrong, is in any line of the log") {
  auto& here = StaffRestaurant::get();
  const auto number = here.plant("ready");
  CHECK(ask_staff(*here.orders, number, "complete", "{", bearer()).status == 400);
  CHECK(ask_staff(*here.orders, number, "complete", "", bearer("somebodys-guess")).status == 401);
  CHECK(here.ask(number, "complete").status == 200);
  CHECK(here.ask(number, "cancel").status == 409);
  REQUIRE(here.orders->process.wait_for_line(logs_action("order_completed", number), core::after(10s)));
  CHECK_FALSE(contains(here.orders->process.output(), kStaffToken));
  CHECK_FALSE(contains(here.orders->process.output(), "somebodys-guess"));
}
