#include "order/app/audit_rules.hpp"

#include <catch2/catch.hpp>

using namespace pizza;
using namespace pizza::order;
using domain::OrderStatus;

namespace {

using Log = std::vector<std::string>;

/// The faults of an order, as "made_up, missing_log".
std::string faults(const StoredShape& shape) {
  std::string all;
  for (const auto& [fault, detail] : judge(shape)) {
    CHECK_FALSE(detail.empty());
    all += (all.empty() ? "" : ", ") + std::string{to_string(fault)};
  }
  return all;
}

std::string faults(const std::string& status, Log log, const std::string& type = "takeout") {
  return faults(StoredShape{.type = type, .status = status, .log = std::move(log)});
}

std::string detail(const std::string& status, Log log) {
  const auto all = judge(StoredShape{.type = "takeout", .status = status, .log = std::move(log)});
  return all.size() == 1 ? all.front().detail : std::to_string(all.size()) + " faults";
}

const Log kReady{"received", "cooking", "ready"};

Log ready_and(Log more) {
  auto log = kReady;
  log.insert(log.end(), more.begin(), more.end());
  return log;
}

/// An order that a worker who is alive cooks.
const OpenShape kCooking{.status = "cooking",
                         .station = "cook",
                         .type = "takeout",
                         .claimed = true,
                         .holder_lives = true,
                         .begun = true,
                         .settled = true};
const OpenShape kWaiting{.status = "received", .station = "cook", .type = "takeout", .waits = true, .settled = true};

OpenShape but(OpenShape shape, bool OpenShape::* what, bool value) {
  shape.*what = value;
  return shape;
}

OpenShape at(OpenShape shape, const char* status, const char* station) {
  shape.status = status;
  shape.station = station;
  return shape;
}

}  // namespace

TEST_CASE("the log of every way through the status machine is sound") {
  CHECK(faults("received", {"received"}) == "");
  CHECK(faults("cooking", {"received", "cooking"}) == "");
  CHECK(faults("ready", kReady) == "");
  CHECK(faults("completed", ready_and({"completed"})) == "");
  CHECK(faults("completed", ready_and({"completed"}), "delivery") == "");
  CHECK(faults("completed", ready_and({"out_for_delivery", "delivered", "completed"}), "delivery") == "");
  CHECK(faults("cancelled", {"received", "cancelled"}) == "");
  CHECK(faults("cancelled", {"received", "cooking", "cancelled"}) == "");
  CHECK(faults("cancelled", ready_and({"cancelled"})) == "");
  CHECK(faults("cancelled", ready_and({"out_for_delivery", "cancelled"}), "delivery") == "");
}

TEST_CASE("a status without its log row is missed, wherever on the way") {
  CHECK(faults("received", {}) == "missing_log");
  CHECK(faults("ready", {"received", "cooking"}) == "missing_log");
  CHECK(faults("ready", {"received", "ready"}) == "missing_log");
  CHECK(faults("ready", {"cooking", "ready"}) == "missing_log");
  CHECK(faults("cancelled", {"received", "ready", "cancelled"}) == "missing_log");
  CHECK(faults("delivered", ready_and({"delivered"}), "delivery") == "missing_log");
  CHECK(detail("ready", {"received", "ready"}) == "no log row 'cooking'");
  CHECK(detail("ready", {"received", "cooking"}) == "no log row 'ready'");
  CHECK(detail("cooking", {"cooking"}) == "no log row 'received'");
}

TEST_CASE("a log row that the order never came to is made up") {
  CHECK(faults("cooking", kReady) == "made_up");
  CHECK(faults("completed", ready_and({"cancelled", "completed"})) == "made_up");
  CHECK(faults("ready", ready_and({"burnt"})) == "made_up");
  CHECK(faults("completed", ready_and({"out_for_delivery", "delivered", "completed"}), "takeout") ==
        "made_up, made_up");
  CHECK(faults("", {"received"}) == "made_up");  // there is no such order
  CHECK(detail("cooking", kReady) == "'ready' is logged, and the order is cooking");
}

TEST_CASE("two rows of one transition are doubled, and nothing else") {
  CHECK(faults("ready", {"received", "cooking", "cooking", "ready"}) == "doubled");
  CHECK(faults("ready", ready_and({"ready", "received"})) == "doubled, doubled");
}

TEST_CASE("a log against the order of the statuses, or of time") {
  CHECK(faults("ready", {"received", "ready", "cooking"}) == "out_of_order");
  CHECK(faults({.type = "takeout", .status = "ready", .log = kReady, .back_in_time = true}) == "out_of_order");
}

TEST_CASE("a total that is not the sum, or of items that cannot be") {
  CHECK(faults({.type = "takeout", .status = "ready", .log = kReady, .total_is_sum = false}) == "wrong_total");
  CHECK(faults({.type = "takeout", .status = "ready", .log = kReady, .items_possible = false}) == "wrong_total");
}

TEST_CASE("what waits needs a message, unless one is owed or it came a moment ago") {
  CHECK(judge(kWaiting) == OpenVerdict::needs_message);
  CHECK(judge(but(kWaiting, &OpenShape::owed, true)) == OpenVerdict::fine);
  CHECK(judge(but(kWaiting, &OpenShape::settled, false)) == OpenVerdict::fine);
  CHECK(judge(at(kWaiting, "cooking", "quality")) == OpenVerdict::needs_message);
  CHECK(judge(at(kWaiting, "ready", "courier")) == OpenVerdict::needs_message);
}

TEST_CASE("what is in work needs a message when its worker is gone, or nobody has it") {
  CHECK(judge(kCooking) == OpenVerdict::fine);
  CHECK(judge(but(kCooking, &OpenShape::holder_lives, false)) == OpenVerdict::needs_message);
  CHECK(judge(but(kCooking, &OpenShape::claimed, false)) == OpenVerdict::needs_message);
  CHECK(judge(at(kCooking, "cooking", "packaging")) == OpenVerdict::fine);
  CHECK(judge(at(kCooking, "out_for_delivery", "courier")) == OpenVerdict::fine);
  auto by_staff = at(kCooking, "out_for_delivery", "cook");
  by_staff.claimed = by_staff.begun = by_staff.holder_lives = false;
  CHECK(judge(by_staff) == OpenVerdict::fine);
}

TEST_CASE("a state that every message would be dropped for is hopeless") {
  CHECK(judge(but(kWaiting, &OpenShape::waits, false)) == OpenVerdict::hopeless);
  CHECK(judge(at(kWaiting, "received", "quality")) == OpenVerdict::hopeless);
  CHECK(judge(at(kWaiting, "cooking", "cook")) == OpenVerdict::hopeless);
  CHECK(judge(at(kWaiting, "ready", "packaging")) == OpenVerdict::hopeless);
  CHECK(judge(at(kCooking, "cooking", "courier")) == OpenVerdict::hopeless);
  CHECK(judge(but(but(kCooking, &OpenShape::claimed, false), &OpenShape::begun, false)) == OpenVerdict::hopeless);
}

TEST_CASE("five failures are the operator's, in work or not") {
  CHECK(judge(but(kWaiting, &OpenShape::exhausted, true)) == OpenVerdict::dead_letter);
  CHECK(judge(but(but(kCooking, &OpenShape::claimed, false), &OpenShape::exhausted, true)) == OpenVerdict::dead_letter);
}

TEST_CASE("a status update in the outbox is true if it is logged, and possible") {
  const Announced ready{.order_exists = true,
                        .type = "takeout",
                        .log = kReady,
                        .old_status = OrderStatus::cooking,
                        .new_status = OrderStatus::ready};
  CHECK_FALSE(untruth_of(ready));
  auto never = ready;
  never.log = {"received", "cooking"};
  CHECK(untruth_of(never) == "cooking -> ready waits to be announced, and was never committed");
  auto impossible = ready;
  impossible.old_status = OrderStatus::received;
  CHECK(untruth_of(impossible) == "received -> ready waits to be announced, which cannot be");
  auto nobodys = ready;
  nobodys.order_exists = false;
  CHECK(untruth_of(nobodys));
  auto unreadable = ready;
  unreadable.old_status.reset();
  CHECK(untruth_of(unreadable));
  CHECK_FALSE(untruth_of({.order_exists = true, .type = "takeout", .log = {"received"}}));  // it asks for the order
}

TEST_CASE("the numbers of a day are 1 to the counter, each once") {
  CHECK(judge(NumberedDay{.last = 7, .orders = 7, .distinct = 7, .highest = 7}).is_clean());
  CHECK(judge(NumberedDay{}).is_clean());
  CHECK(judge(NumberedDay{.last = 7, .orders = 6, .distinct = 6, .highest = 7}).missing == 1);
  CHECK(judge(NumberedDay{.last = 7, .orders = 6, .distinct = 6, .highest = 6}).missing == 1);
  CHECK(judge(NumberedDay{.last = 7, .orders = 8, .distinct = 7, .highest = 7}).doubled == 1);
  CHECK(judge(NumberedDay{.last = 7, .orders = 3, .distinct = 3, .highest = 7, .pruned = 4}).is_clean());
  CHECK(judge(NumberedDay{.last = 7, .highest = 7, .pruned = 7}).is_clean());
  CHECK(judge(NumberedDay{.last = 7, .orders = 2, .distinct = 2, .highest = 7, .pruned = 4}).missing == 1);
  CHECK(judge(NumberedDay{.last = 7, .highest = 7, .pruned = 6}).missing == 1);
  const auto again = judge(NumberedDay{.last = 7, .orders = 4, .distinct = 4, .highest = 7, .pruned = 4, .again = 1});
  CHECK(again.doubled == 1);
  CHECK(again.missing == 0);
  const auto behind = judge(NumberedDay{.last = 6, .orders = 7, .distinct = 7, .highest = 7});
  CHECK(behind.beyond);
  CHECK(behind.missing == 0);
}
