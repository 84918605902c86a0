#include <atomic>

#include "unit/kitchen/kitchen_of_fakes.hpp"

using namespace pizza;
using namespace pizza::kitchen;

TEST_CASE("work on a cancelled order stops at once and its message is acknowledged") {
  KitchenOfFakes f;
  f.script.cooking = 100ms;
  f.take("A", {1, 1});
  REQUIRE(f.wait("started A"));
  f.kitchen->cancel("A");
  CHECK(f.kitchen->held() == 0);
  CHECK(f.diary.entries() == std::vector<std::string>{"claiming", "started A", "ack 1.1", "cancelled A of r-A"});
  // An order that was started later is done, and A's time was over before.
  f.take("B", {1, 2});
  REQUIRE(f.wait("finished B of r-B"));
  CHECK(f.diary.count("wrote A") == 0);
}

TEST_CASE("cancelling an order that does not cook here changes nothing") {
  KitchenOfFakes f;
  f.kitchen->cancel("A");
  f.take("A", {1, 1});
  REQUIRE(f.wait("finished A of r-A"));
  f.kitchen->cancel("A");
  CHECK(f.diary.count("cancelled A of r-A") == 0);
  CHECK(f.diary.count("ack 1.1") == 1);
}

TEST_CASE("an order cancelled by its own number stops though its turn was another's") {
  KitchenOfFakes f;
  f.script.cooking = 5s;
  f.script.swaps["O"] = "W";
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("started W for O"));
  f.kitchen->cancel("O");
  CHECK(f.kitchen->held() == 1);
  f.kitchen->cancel("W");
  CHECK(f.kitchen->held() == 0);
  CHECK(f.diary.count("ack 1.1") == 1);
}

TEST_CASE("an order that was started and cancelled before its claim is settled is not cooked") {
  KitchenOfFakes f;
  const std::string started = GENERATE("A", "W");
  f.script.cooking = 5s;
  f.script.closed = true;
  f.script.swaps["A"] = started;
  f.take("A", {1, 1});
  REQUIRE(f.wait("claiming"));
  f.kitchen->cancel(started);
  f.script.open();
  REQUIRE(f.wait("cancelled " + started + " of r-A"));
  CHECK(f.diary.count("ack 1.1") == 1);
  CHECK(f.kitchen->held() == 0);
}

TEST_CASE("an order cancelled while its finish is under way is what the finish says") {
  KitchenOfFakes f;
  const bool too_late = GENERATE(false, true);
  std::atomic<bool> finishing{false};
  std::atomic<bool> cancelled{false};
  f.script.finishes["A"] = too_late ? Finished::Kind::done : Finished::Kind::lost;
  f.script.trouble = [&](const std::string& step, const std::string&) {
    if (step != "finish") return;
    finishing = true;
    finishing.notify_all();
    cancelled.wait(false);
  };
  f.take("A", {1, 1});
  finishing.wait(false);
  f.kitchen->cancel("A");
  CHECK(f.diary.count("ack 1.1") == 0);
  cancelled = true;
  cancelled.notify_all();
  REQUIRE(f.wait(too_late ? "finished A of r-A" : "cancelled A of r-A"));
  CHECK(f.diary.count("ack 1.1") == 1);
  CHECK(f.diary.count("put back 1.1") == 0);
  CHECK(f.kitchen->held() == 0);
}

TEST_CASE("the end of a kitchen does not wait for what was cancelled") {
  KitchenOfFakes f;
  f.script.cooking = 1h;
  f.take("A", {1, 1});
  REQUIRE(f.wait("started A"));
  f.kitchen->cancel("A");
  CHECK(f.done());
}
