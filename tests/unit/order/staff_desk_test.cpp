#include "order/app/staff_desk.hpp"

#include <deque>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

namespace {

using namespace pizza;
using namespace std::chrono_literals;
using domain::OrderStatus;
using domain::OrderType;
using order::StaffRuling;
using order::StaffStoreFailed;
using Kind = StaffStoreFailed::Kind;

/// Fails as it is told, attempt by attempt, and then does it.
class FailingStore final : public order::StaffStore {
 public:
  std::deque<Kind> failures;
  bool always_away = false;
  int attempts = 0;
  StaffRuling ruling = StaffRuling::change;

  std::optional<order::StaffOutcome> move(const std::string& number, OrderStatus to, const order::Reason&) override {
    attempt();
    if (number == "unknown") return std::nullopt;
    return order::StaffOutcome{.ruling = ruling, .number = number, .status = to};
  }
  std::optional<order::StaffOutcome> change_priority(const std::string& number,
                                                     const order::PriorityChange& change) override {
    attempt();
    return order::StaffOutcome{.ruling = StaffRuling::change, .number = number, .priority = change.priority};
  }

 private:
  void attempt() {
    ++attempts;
    if (!failures.empty()) {
      const auto kind = failures.front();
      failures.pop_front();
      throw StaffStoreFailed("attempt", kind);
    }
    if (always_away) throw StaffStoreFailed("away", Kind::failed);
  }
};

}  // namespace

TEST_CASE("a move in doubt that is found impossible may have been done: nobody knows") {
  FailingStore store;
  order::StaffDesk desk(store);
  store.ruling = StaffRuling::illegal;
  CHECK(desk.move("A", OrderStatus::delivered, std::nullopt)->ruling == StaffRuling::illegal);
  store.failures = {Kind::in_doubt};
  CHECK_THROWS_AS(desk.move("A", OrderStatus::delivered, std::nullopt), order::StaffOutcomeUnknown);
}

TEST_CASE("what failed in passing is tried again, three times in all") {
  FailingStore store;
  order::StaffDesk desk(store);
  store.failures = {Kind::passing, Kind::passing};
  CHECK(desk.move("A", OrderStatus::cancelled, std::nullopt)->status == OrderStatus::cancelled);
  CHECK(store.attempts == 3);

  store.failures = {Kind::passing, Kind::passing, Kind::passing};
  CHECK_THROWS_AS(desk.change_priority("A", {.priority = 5}), StaffStoreFailed);
  CHECK(store.attempts == 6);
}

TEST_CASE("what will fail again is not tried again") {
  FailingStore store;
  order::StaffDesk desk(store);
  for (const auto kind : {Kind::failed, Kind::overloaded}) {
    store.attempts = 0;
    store.failures = {kind};
    CHECK_THROWS_AS(desk.move("A", OrderStatus::cancelled, std::nullopt), StaffStoreFailed);
    CHECK(store.attempts == 1);
  }
}

TEST_CASE("after a commit in doubt the operation is repeated until it tells what happened") {
  FailingStore store;
  order::StaffDesk desk(store);
  store.failures = {Kind::in_doubt, Kind::failed};
  CHECK(desk.move("A", OrderStatus::cancelled, std::nullopt)->number == "A");
  CHECK(store.attempts == 3);
}

TEST_CASE("a doubt that outlasts the patience is told as such") {
  FailingStore store;
  order::StaffDesk desk(store, 150ms);
  store.failures = {Kind::in_doubt};
  store.always_away = true;
  CHECK_THROWS_AS(desk.move("A", OrderStatus::cancelled, std::nullopt), order::StaffOutcomeUnknown);
  CHECK(store.attempts >= 2);
}

TEST_CASE("an order that is not there is no failure") {
  FailingStore store;
  order::StaffDesk desk(store);
  CHECK_FALSE(desk.move("unknown", OrderStatus::cancelled, std::nullopt));
}

TEST_CASE("a move is ruled by the status machine, and done already if the order is there") {
  for (const auto type : domain::kOrderTypes) {
    for (const auto from : domain::kOrderStatuses) {
      for (const auto to : domain::kOrderStatuses) {
        const auto ruling = order::rule_on_move({.status = from, .type = type}, to);
        CAPTURE(to_string(type), to_string(from), to_string(to));
        if (from == to) {
          CHECK(ruling == StaffRuling::already);
        } else {
          CHECK((ruling == StaffRuling::change) == domain::may_move(from, to, type));
        }
      }
    }
  }
}

TEST_CASE("a priority is changed only while the order waits") {
  CHECK(order::rule_on_priority({.priority = 1, .waiting = true}, 10) == StaffRuling::change);
  CHECK(order::rule_on_priority({.priority = 1, .waiting = false}, 10) == StaffRuling::illegal);
  CHECK(order::rule_on_priority({.priority = 10, .waiting = true}, 10) == StaffRuling::already);
  CHECK(order::rule_on_priority({.priority = 10, .waiting = false}, 10) == StaffRuling::already);
}

TEST_CASE("on every way to its end an order counts once for its customer") {
  using enum OrderStatus;
  CHECK(order::completes_for_customer(ready, completed));
  CHECK(order::completes_for_customer(out_for_delivery, delivered));
  CHECK_FALSE(order::completes_for_customer(delivered, completed));
  CHECK_FALSE(order::completes_for_customer(ready, out_for_delivery));
  for (const auto from : {received, cooking, ready, out_for_delivery}) {
    CHECK_FALSE(order::completes_for_customer(from, cancelled));
  }
}
