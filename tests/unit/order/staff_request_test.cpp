#include "order/app/staff_request.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace {

using namespace pizza;
using domain::Absent;
using domain::Mistyped;
using domain::NumberText;
using order::StaffForm;

std::string faults(const auto& checked) {
  std::string text;
  if (checked) return text;
  for (const auto& fault : checked.error()) text += fault.field + " " + fault.message + "; ";
  return text;
}

std::string repeated(std::size_t count, std::string_view piece) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

}  // namespace

TEST_CASE("a reason may be absent") {
  const auto reason = order::check_move({.reason = Absent{}, .priority = NumberText{"77"}});
  REQUIRE(reason);
  CHECK_FALSE(reason->has_value());
}

TEST_CASE("a reason is 1 to 200 printable characters of any script") {
  for (const auto& text : {std::string{"x"}, repeated(200, "щ"), std::string{"Клиент передумал 🍕"}}) {
    const auto reason = order::check_move({.reason = text});
    REQUIRE(reason);
    CHECK(*reason == text);
  }
  CHECK(faults(order::check_move({.reason = ""})) == "reason must be 1 to 200 characters long; ");
  CHECK(faults(order::check_move({.reason = repeated(201, "щ")})) == "reason must be 1 to 200 characters long; ");
  CHECK(faults(order::check_move({.reason = " \u00a0"})) == "reason must not be only spaces; ");
  CHECK(faults(order::check_move({.reason = "left\u202Eright"})) == "reason must contain only printable characters; ");
  CHECK(faults(order::check_move({.reason = Mistyped{}})) == "reason must be a string; ");
}

TEST_CASE("a priority is an integer from 1 to 10, as it is written") {
  for (int priority = 1; priority <= 10; ++priority) {
    const auto change = order::check_priority({.priority = NumberText{std::to_string(priority)}});
    REQUIRE(change);
    CHECK(change->priority == priority);
    CHECK_FALSE(change->reason);
  }
  for (const auto* text : {"0", "11", "-1", "-0", "99999999999999999999"}) {
    CHECK(faults(order::check_priority({.priority = NumberText{text}})) == "priority must be between 1 and 10; ");
  }
  for (const auto* text : {"1.0", "1e0", "5E0", "0.5"}) {
    CHECK(faults(order::check_priority({.priority = NumberText{text}})) == "priority must be an integer; ");
  }
  CHECK(faults(order::check_priority({.priority = Mistyped{}})) == "priority must be an integer; ");
  CHECK(faults(order::check_priority({})) == "priority is required; ");
}

TEST_CASE("all faults of a body come at once") {
  CHECK(faults(order::check_priority({.reason = "", .priority = NumberText{"11"}})) ==
        "priority must be between 1 and 10; reason must be 1 to 200 characters long; ");
}
