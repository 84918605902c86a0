#include "kitchen/app/claim_rule.hpp"

#include <catch2/catch.hpp>

#include "domain/station.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using namespace std::chrono_literals;
using domain::OrderStatus;
using domain::Station;

namespace {

/// An order as it is found, and the turn that finds it.
struct Case {
  bool redelivered = false;
  bool same_message = false;
  bool claimed = false;
  bool exhausted = false;
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (unsigned bits = 0; bits < 16; ++bits) {
    cases.push_back({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0});
  }
  return cases;
}

OrderRow order_at(Station station, OrderStatus status, bool waits) {
  OrderRow order;
  order.station = station;
  order.status = status;
  if (waits) order.waiting_since = core::TimePoint{100s};
  if (!waits) order.begun_at = core::TimePoint{90s};
  return order;
}

ClaimRuling ruling(OrderRow order, const Case& c, Station station) {
  order.claim = c.claimed ? "a claim" : "";
  order.claimed_message = "message 1";
  order.attempts = c.exhausted ? kMaxAttempts : kMaxAttempts - 1;
  Turn turn;
  turn.delivery.redelivered = c.redelivered;
  turn.delivery.message_id = c.same_message ? "message 1" : "message 2";
  return rule_on(order, turn, station);
}

}  // namespace

TEST_CASE("an order that waits for a station is started there, whatever its message, unless it failed too often") {
  for (const auto station : domain::kStations) {
    const auto order = order_at(station, domain::stage_of(station).waiting, true);
    for (const auto& c : all_cases()) {
      CHECK(ruling(order, c, station) == (c.exhausted ? ClaimRuling::exhausted : ClaimRuling::start));
    }
  }
}

TEST_CASE("an order in work is resumed by its own message come again, or by any if nobody claims it") {
  for (const auto station : domain::kStations) {
    const auto order = order_at(station, domain::stage_of(station).working, false);
    for (const auto& c : all_cases()) {
      CAPTURE(c.redelivered, c.same_message, c.claimed, c.exhausted);
      const bool lost = (c.redelivered && c.same_message) || !c.claimed;
      const auto wanted = lost ? ClaimRuling::resume : ClaimRuling::drop;
      CHECK(ruling(order, c, station) == (c.exhausted ? ClaimRuling::exhausted : wanted));
    }
  }
}

TEST_CASE("an order that the staff sent out themselves is not driven again") {
  auto order = order_at(Station::courier, OrderStatus::out_for_delivery, false);
  order.begun_at.reset();
  CHECK(ruling(order, {.redelivered = true}, Station::courier) == ClaimRuling::drop);
}

TEST_CASE("an order at another station is none of this one's, whether it waits or not") {
  for (const auto here : domain::kStations) {
    for (const auto there : domain::kStations) {
      if (here == there) continue;
      const auto [waiting, working] = domain::stage_of(there);
      for (const auto& c : all_cases()) {
        CHECK(ruling(order_at(there, waiting, true), c, here) == ClaimRuling::drop);
        CHECK(ruling(order_at(there, working, false), c, here) == ClaimRuling::drop);
      }
    }
  }
}

TEST_CASE("an order that is past its last station is never worked at again") {
  for (const auto status : {OrderStatus::ready, OrderStatus::out_for_delivery, OrderStatus::delivered,
                            OrderStatus::completed, OrderStatus::cancelled}) {
    for (const auto& c : all_cases()) {
      CHECK(ruling(order_at(Station::cook, status, false), c, Station::cook) == ClaimRuling::drop);
      CHECK(ruling(order_at(Station::packaging, status, false), c, Station::packaging) == ClaimRuling::drop);
    }
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

TEST_CASE("what is left at a station does not count the stations after it") {
  OrderRow order;
  order.now = core::TimePoint{100s};
  order.estimated_completion = order.now + 27s;
  CHECK(time_left(order, 10s, 3) == 7s);
  order.estimated_completion = order.now + 15s;
  CHECK(time_left(order, 10s, 3) == 0s);
}

TEST_CASE("what is left is of the time of whoever began, also for one who takes less or more") {
  OrderRow order;
  order.begun_at = core::TimePoint{85s};
  order.now = core::TimePoint{100s};
  order.estimated_completion = *order.begun_at + 3 * 20s;  // of three stations, this one takes 20 s
  CHECK(time_left(order, 12s, 3) == 5s);
  CHECK(time_left(order, 30s, 3) == 5s);
  CHECK(time_left(order, 4s, 3) == 4s);
  order.estimated_completion = *order.begun_at + 20s;
  CHECK(time_left(order, 12s) == 5s);
}

TEST_CASE("a turn goes to a higher precedence; equals keep theirs, but of the overdue the oldest is next") {
  const auto with = [](int precedence, std::int64_t id) {
    OrderRow order;
    order.precedence = precedence;
    order.id = id;
    return order;
  };
  CHECK(goes_first(with(10, 2), with(5, 1)));
  CHECK(goes_first(with(11, 2), with(10, 1)));
  CHECK_FALSE(goes_first(with(1, 1), with(5, 2)));
  CHECK_FALSE(goes_first(with(10, 1), with(10, 2)));
  CHECK_FALSE(goes_first(with(10, 2), with(10, 1)));
  CHECK(goes_first(with(11, 1), with(11, 2)));
  CHECK_FALSE(goes_first(with(11, 2), with(11, 1)));
}
