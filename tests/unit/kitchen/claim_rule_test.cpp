#include "kitchen/app/claim_rule.hpp"

#include <catch2/catch.hpp>

#include "domain/order_status.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using namespace std::chrono_literals;
using domain::OrderStatus;

namespace {

struct Case {
  OrderStatus status;
  bool redelivered;
  bool same_message;
  bool claimed;
  bool exhausted;
};

ClaimRuling ruling(const Case& c) {
  OrderRow order;
  order.status = c.status;
  order.claim = c.claimed ? "a claim" : "";
  order.claimed_message = "message 1";
  order.attempts = c.exhausted ? kMaxAttempts : kMaxAttempts - 1;
  Turn turn;
  turn.delivery.redelivered = c.redelivered;
  turn.delivery.message_id = c.same_message ? "message 1" : "message 2";
  return rule_on(order, turn);
}

/// Every case there is of an order of this status.
std::vector<Case> cases_of(OrderStatus status) {
  std::vector<Case> cases;
  for (unsigned bits = 0; bits < 16; ++bits) {
    cases.push_back({status, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0});
  }
  return cases;
}

}  // namespace

TEST_CASE("a received order is started, whatever its message, unless it failed too often") {
  for (const auto& c : cases_of(OrderStatus::received)) {
    CHECK(ruling(c) == (c.exhausted ? ClaimRuling::exhausted : ClaimRuling::start));
  }
}

TEST_CASE("a cooking order is resumed by its own message come again, or by any if nobody claims it") {
  for (const auto& c : cases_of(OrderStatus::cooking)) {
    CAPTURE(c.redelivered, c.same_message, c.claimed, c.exhausted);
    const bool lost = (c.redelivered && c.same_message) || !c.claimed;
    const auto wanted = lost ? ClaimRuling::resume : ClaimRuling::drop;
    CHECK(ruling(c) == (c.exhausted ? ClaimRuling::exhausted : wanted));
  }
}

TEST_CASE("an order that left the kitchen is never cooked again") {
  for (const auto status : {OrderStatus::ready, OrderStatus::out_for_delivery, OrderStatus::delivered,
                            OrderStatus::completed, OrderStatus::cancelled}) {
    for (const auto& c : cases_of(status)) CHECK(ruling(c) == ClaimRuling::drop);
  }
}

TEST_CASE("a resumed order cooks what is left of its time, between nothing and all of it") {
  OrderRow order;
  order.now = core::TimePoint{100s};
  CHECK(time_left(order, 10s) == 10s);  // it was never said when it would be ready
  const auto left = [&](std::chrono::milliseconds until) {
    order.estimated_completion = order.now + until;
    return time_left(order, 10s);
  };
  CHECK(left(4s) == 4s);
  CHECK(left(1ms) == 1ms);
  CHECK(left(0s) == 0s);
  CHECK(left(-1h) == 0s);
  CHECK(left(1h) == 10s);
}
