#include "order/app/audit_watch.hpp"

#include <catch2/catch.hpp>

#include "order/app/audit_suspicions.hpp"

using namespace pizza::order;
using namespace std::chrono_literals;

namespace {

/// What is proven after looks at these seconds, as "3 of wait (all)"; "…" in the end: not known yet.
std::string proven(const std::vector<std::pair<int, std::vector<Suspicion>>>& looks) {
  AuditWatch watch;
  for (const auto& [second, suspicions] : looks) watch.look(std::chrono::seconds{second}, suspicions);
  std::string all;
  for (const auto& [what, orders, every] : watch.convictions()) {
    all += std::to_string(orders) + " of " + what + (every ? " (all) " : " ");
  }
  return all + (watch.decided() ? "" : "…");
}

std::vector<Suspicion> quiet(std::size_t orders, std::size_t messages) { return {{"x", orders, messages, false}}; }
std::vector<Suspicion> busy(std::size_t orders, std::size_t messages) { return {{"x", orders, messages, true}}; }

OpenOrders waiting(const std::string& type, std::size_t count, const std::string& station = "cook") {
  const char* status = station == "cook" ? "received" : "cooking";
  return {{.status = status, .station = station, .type = type, .waits = true, .settled = true}, count, {}};
}
OpenOrders orphans(std::size_t count, const std::string& station = "cook") {
  return {{.status = "cooking", .station = station, .type = "takeout", .claimed = true, .begun = true, .settled = true},
          count,
          {}};
}

/// As "2 wait for cook (takeout): 1; ", a busy one with !.
std::string seen(const std::vector<OpenOrders>& open, const KitchenPicture& kitchen) {
  std::string all;
  for (const auto& one : suspicions(open, kitchen)) {
    all +=
        std::to_string(one.orders) + " " + one.what + ": " + std::to_string(one.messages) + (one.busy ? "!; " : "; ");
  }
  return all;
}

}  // namespace

TEST_CASE("where nothing is suspicious one look is enough") {
  CHECK(proven({{0, {}}}) == "");
  CHECK(proven({{0, quiet(3, 3)}}) == "");
  CHECK(proven({{0, quiet(3, 5)}}) == "");
}

TEST_CASE("where nobody takes messages, too few of them for five seconds are proof") {
  CHECK(proven({{0, quiet(3, 0)}}) == "…");
  CHECK(proven({{0, quiet(3, 0)}, {4, quiet(3, 0)}}) == "…");
  CHECK(proven({{0, quiet(3, 0)}, {5, quiet(3, 0)}}) == "3 of x (all) ");
  CHECK(proven({{0, quiet(3, 1)}, {5, quiet(4, 3)}}) == "1 of x ");
}

TEST_CASE("what looks well once is well") {
  CHECK(proven({{0, quiet(3, 0)}, {2, quiet(3, 3)}, {5, quiet(3, 0)}}) == "");
  CHECK(proven({{0, quiet(3, 0)}, {2, {}}, {5, quiet(3, 0)}}) == "");
  CHECK(proven({{0, {}}, {2, quiet(3, 0)}, {7, quiet(3, 0)}}) == "");  // whatever that is, it was not there before
}

TEST_CASE("where somebody takes messages, only none at all for long is proof") {
  CHECK(proven({{0, busy(3, 0)}, {10, busy(3, 0)}, {74, busy(3, 0)}}) == "…");
  CHECK(proven({{0, busy(3, 0)}, {10, busy(3, 0)}, {75, busy(2, 0)}}) == "2 of x (all) ");
  CHECK(proven({{0, busy(3, 1)}, {75, busy(3, 1)}}) == "");
  CHECK(proven({{0, busy(3, 0)}, {10, busy(3, 1)}, {75, busy(3, 0)}}) == "");
  CHECK(proven({{0, quiet(3, 0)}, {2, busy(3, 0)}, {5, quiet(3, 0)}}) == "…");  // somebody was there
}

TEST_CASE("orders that wait are counted against the messages of their own queue, and the common one") {
  KitchenPicture kitchen{.cooks = {{"takeout", {2, 0}}, {"dine_in", {9, 1}}}, .common = {}, .later = {}};
  CHECK(seen({waiting("takeout", 3)}, kitchen) == "3 wait for cook (takeout): 2; ");
  CHECK(seen({waiting("dine_in", 3)}, kitchen) == "3 wait for cook (dine_in): 9!; ");
  kitchen.common = {1, 1};
  CHECK(seen({waiting("takeout", 3)}, kitchen) == "3 wait for cook (takeout): 3!; ");
  kitchen.later["quality"] = {4, 2};
  CHECK(seen({waiting("takeout", 2, "quality"), waiting("dine_in", 3, "quality")}, kitchen) ==
        "5 wait for quality: 4!; ");
}

TEST_CASE("orders without a worker are counted against what those that wait leave over") {
  const KitchenPicture kitchen{.cooks = {{"takeout", {3, 0}}, {"dine_in", {1, 0}}}, .common = {}, .later = {}};
  const std::string who = " are in work at cook, and nobody is there who works: ";
  CHECK(seen({orphans(2)}, kitchen) == "2" + who + "4; ");
  CHECK(seen({orphans(2), waiting("takeout", 2), waiting("dine_in", 5)}, kitchen) ==
        "5 wait for cook (dine_in): 1; 2 wait for cook (takeout): 3; 2" + who + "1; ");
  CHECK(seen({orphans(1, "quality")}, kitchen).ends_with(": 0; "));
}
