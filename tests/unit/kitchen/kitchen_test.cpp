#include <future>

#include "unit/kitchen/kitchen_of_fakes.hpp"

using namespace pizza;
using namespace pizza::kitchen;
using domain::OrderType;

TEST_CASE("an order is claimed, cooked, finished and only then acknowledged") {
  KitchenOfFakes f;
  f.take("A", {1, 1});
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.diary.entries() ==
        std::vector<std::string>{"claiming", "started A", "wrote A", "ack 1.1", "finished A of r-A"});
  CHECK(f.kitchen->held() == 0);
}

TEST_CASE("an order is not finished before its time") {
  KitchenOfFakes f;
  f.script.cooking = 200ms;
  const auto begin = std::chrono::steady_clock::now();
  f.take("A", {1, 1});
  REQUIRE(f.wait("wrote A"));
  CHECK(std::chrono::steady_clock::now() - begin >= 200ms);
}

TEST_CASE("what somebody else has, or is past cooking, is acknowledged and not cooked") {
  KitchenOfFakes f;
  f.script.kinds["A"] = Claimed::Kind::dropped;
  f.take("A", {1, 1});
  REQUIRE(f.wait("ack 1.1"));
  CHECK(f.diary.count("started A") == 0);
  CHECK(f.diary.count("dropped A") == 1);
}

TEST_CASE("an order whose claim was lost while it cooked goes back and is not called finished") {
  KitchenOfFakes f;
  f.script.finishes["A"] = Finished::Kind::lost;
  f.take("A", {1, 1});
  REQUIRE(f.wait("dropped A"));
  CHECK(f.diary.count("put back 1.1") == 1);
  CHECK(f.diary.count("ack 1.1") == 0);
  CHECK(f.diary.count("finished A of r-A") == 0);
}

TEST_CASE("a message that came back to a cook whose claim was lost is never acknowledged: it may be the only one") {
  KitchenOfFakes f;
  f.script.cooking = 100ms;
  f.script.finishes["A"] = Finished::Kind::lost;
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("started A"));
  f.take("A", {2, 5}, "m1");
  REQUIRE(f.wait("put back 2.5"));
  CHECK(f.diary.count("ack 2.5") == 0);
}

TEST_CASE("a second message for an order that cooks here is acknowledged alone") {
  KitchenOfFakes f;
  f.script.cooking = 100ms;
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("started A"));
  f.take("A", {1, 2}, "m1");
  CHECK(f.diary.count("ack 1.2") == 1);
  CHECK(f.diary.count("ack 1.1") == 0);
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.diary.count("ack 1.1") == 1);
  CHECK(f.diary.count("claiming") == 1);
}

TEST_CASE("an order's message that comes back over a new connection stands for it from then on") {
  KitchenOfFakes f;
  f.script.cooking = 100ms;
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("started A"));
  f.take("A", {2, 5}, "m1");
  CHECK(f.diary.count("ack 2.5") == 0);
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.diary.count("ack 2.5") == 1);
  CHECK(f.diary.count("ack 1.1") == 0);
  CHECK(f.diary.count("claiming") == 1);
}

TEST_CASE("another message for an order that cooks is ruled on, and as a duplicate does not stand for the order") {
  // The database knows the order under m1: should this worker die, only m1 lets another go on with it.
  KitchenOfFakes f;
  f.script.cooking = 200ms;
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("started A"));
  f.script.change([&] { f.script.kinds["A"] = Claimed::Kind::dropped; });
  f.take("A", {2, 5}, "m2");
  REQUIRE(f.wait("ack 2.5"));
  CHECK(f.diary.count("finished A of r-A") == 0);
  f.take("A", {2, 6}, "m1");
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.diary.count("ack 2.6") == 1);
}

TEST_CASE("a message that was sent for an order whose claim was taken away here is not lost on the way") {
  // The reconciler took this worker for dead: under m1 nothing can be finished any more, m2 is all there is.
  KitchenOfFakes f;
  f.script.cooking = 200ms;
  f.script.kinds["A"] = Claimed::Kind::resumed;
  f.take("A", {1, 1}, "m1");
  REQUIRE(f.wait("resumed A"));
  f.take("A", {1, 2}, "m2");
  REQUIRE(f.wait("put back 1.1"));
  REQUIRE(f.wait("ack 1.2"));
  CHECK(f.diary.count("wrote A") == 1);
}

TEST_CASE("of two messages for one order none is acknowledged before it is known which of them it cooks under") {
  // Its cook died, and its message comes again right behind a copy of another id, which the database refuses.
  KitchenOfFakes f;
  f.script.closed = true;
  f.script.kinds["A"] = Claimed::Kind::dropped;
  f.take("A", {1, 1}, "a copy");
  REQUIRE(f.wait("claiming"));
  f.take("A", {1, 2}, "its message");
  f.script.open();
  REQUIRE(f.wait("ack 1.1"));
  REQUIRE(f.wait("put back 1.2"));
  CHECK(f.diary.count("ack 1.2") == 0);
}

TEST_CASE("while the database is away orders go back after a pause that grows, and come again") {
  KitchenOfFakes f;
  f.script.trouble = [](const std::string&, const std::string&) { throw StepUnavailable("away"); };
  std::vector<std::chrono::steady_clock::duration> pauses;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    f.take("A", {1, i});
    REQUIRE(f.wait("put back 1." + std::to_string(i)));
    pauses.push_back(std::chrono::steady_clock::now() - begin);
  }
  CHECK(pauses[0] >= 180ms);
  CHECK(pauses[1] >= 370ms);
  CHECK(pauses[2] >= 740ms);
  CHECK(f.diary.count("failed A") == 3);
  f.script.change([&] { f.script.trouble = nullptr; });
  f.take("A", {1, 4});
  REQUIRE(f.wait("finished A of r-A"));
  CHECK(f.diary.count("ack 1.4") == 1);
}

TEST_CASE("an order that cannot be finished because the database is away goes back unacknowledged") {
  KitchenOfFakes f;
  f.script.trouble = [](const std::string& step, const std::string&) {
    if (step == "finish") throw StepUnavailable("away");
  };
  f.take("A", {1, 1});
  REQUIRE(f.wait("put back 1.1"));
  CHECK(f.diary.count("ack 1.1") == 0);
  CHECK(f.kitchen->held() == 0);
}

TEST_CASE("of a batch that the database refuses only the culprit fails") {
  KitchenOfFakes f;
  const std::string step = GENERATE("claim", "finish");
  f.script.trouble = [step](const std::string& at, const std::string& number) {
    if (at == step && number == "bad") throw StepRefused("cursed");
  };
  f.script.closed = true;
  f.script.cooking = 50ms;
  f.take("first", {1, 1});
  REQUIRE(f.wait("claiming"));
  // These gather into one batch while the first is claimed.
  f.take("A", {1, 2});
  f.take("bad", {1, 3});
  f.take("B", {1, 4});
  f.script.open();
  for (const char* good : {"first", "A", "B"}) REQUIRE(f.wait(std::string{"finished "} + good + " of r-" + good));
  REQUIRE(f.wait("put back 1.3"));
  CHECK(f.diary.count("recorded bad: cursed") == 1);
  CHECK(f.diary.count("failed bad") == 1);
  CHECK(f.diary.count("ack 1.3") == 0);
  for (const char* tag : {"1.1", "1.2", "1.4"}) CHECK(f.diary.count(std::string{"ack "} + tag) == 1);
}

TEST_CASE("a refused batch that takes too long goes back to its queue") {
  KitchenOfFakes f(10s, 0s);
  f.script.trouble = [](const std::string& at, const std::string& number) {
    if (at == "claim" && number == "bad") throw StepRefused("cursed");
  };
  f.script.closed = true;
  f.take("first", {1, 1});
  REQUIRE(f.wait("claiming"));
  f.take("A", {1, 2});
  f.take("bad", {1, 3});
  f.script.open();
  REQUIRE(f.wait("put back 1.2"));
  REQUIRE(f.wait("put back 1.3"));
  CHECK(f.diary.count("recorded bad: cursed") == 0);
  CHECK(f.diary.count("ack 1.2") == 0);
}

TEST_CASE("an order that failed too often, or is unknown, is acknowledged once its dead letter is safe") {
  KitchenOfFakes f;
  const auto kind = GENERATE(Claimed::Kind::exhausted, Claimed::Kind::unknown_order);
  const std::string reason =
      kind == Claimed::Kind::exhausted ? "processing order A failed 5 times" : "there is no order A";
  f.script.kinds["A"] = kind;
  f.broker.confirms = false;
  f.take("A", {1, 1});
  REQUIRE(f.wait("put back 1.1"));
  CHECK(f.diary.count("ack 1.1") == 0);

  f.broker.confirms = true;
  f.take("A", {1, 2});
  REQUIRE(f.wait("ack 1.2"));
  CHECK(f.diary.count("dead letter 1.2: " + reason) == 1);
  CHECK(f.diary.count("dead lettered A: " + reason) == 2);
}

TEST_CASE("a message that is no order is acknowledged once its dead letter is safe, else goes back") {
  KitchenOfFakes f;
  f.kitchen->refuse({.tag = {1, 1}}, "not JSON");
  CHECK(f.diary.count("dead letter 1.1: not JSON") == 1);
  CHECK(f.diary.count("ack 1.1") == 1);
  f.broker.confirms = false;
  f.kitchen->refuse({.tag = {1, 2}}, "not JSON");
  REQUIRE(f.wait("put back 1.2"));
  CHECK(f.diary.count("ack 1.2") == 0);
}

TEST_CASE("an order of a foreign type waits a while before it goes back, and takes nobody's place") {
  KitchenOfFakes f;
  const auto begin = std::chrono::steady_clock::now();
  f.take("X", {1, 1}, "m", OrderType::dine_in);
  f.take("Y", {1, 2}, "m", OrderType::dine_in);
  CHECK(f.diary.entries() == std::vector<std::string>{"extra 1", "extra 2"});
  REQUIRE(f.wait("put back 1.2"));
  CHECK(std::chrono::steady_clock::now() - begin >= 900ms);
  CHECK(f.diary.entries() ==
        std::vector<std::string>{"extra 1", "extra 2", "extra 1", "put back 1.1", "extra 0", "put back 1.2"});
}

TEST_CASE("a kitchen whose name was taken over stops at once and touches none of its messages") {
  KitchenOfFakes f;
  f.script.cooking = 50ms;
  f.take("A", {1, 1});
  f.take("B", {1, 2});
  REQUIRE(f.wait("started B"));
  f.script.change([&] { f.script.trouble = [](const std::string&, const std::string&) { throw TakenOver(); }; });
  REQUIRE(f.wait("taken over"));
  CHECK(f.kitchen->held() == 0);
  f.take("C", {1, 3});
  REQUIRE(f.done());
  CHECK(f.diary.count("taken over") == 1);
  CHECK(f.diary.count("claiming") <= 2);
  for (const char* tag : {"1.1", "1.2"}) {
    CHECK(f.diary.count(std::string{"ack "} + tag) == 0);
    CHECK(f.diary.count(std::string{"put back "} + tag) == 0);
  }
}

TEST_CASE("at its end a kitchen finishes what cooks, puts back what does not yet, and takes nothing more") {
  KitchenOfFakes f;
  f.script.cooking = 200ms;
  f.take("cooking", {1, 1});
  REQUIRE(f.wait("started cooking"));
  f.script.change([&] { f.script.closed = true; });
  f.take("claimed", {1, 2});
  REQUIRE(f.wait("claiming", 2));
  f.take("waiting", {1, 3});
  auto finished = std::async(std::launch::async, [&] { return f.done(); });
  REQUIRE(f.wait("finished cooking of r-cooking"));
  // It is closing once it sends back what comes; the claim under way is still answered.
  std::uint64_t probe = 10;
  while (f.diary.count("put back 1." + std::to_string(probe)) == 0) {
    ++probe;
    f.take("probe " + std::to_string(probe), {1, probe});
  }
  f.script.change([&] {
    f.script.trouble = [](const auto& step, const auto&) {
      if (step == "claim") throw StepUnavailable("lock timeout");
    };
  });
  f.script.open();
  CHECK(finished.get());
  CHECK(f.diary.count("ack 1.1") == 1);
  CHECK(f.diary.count("put back 1.2") == 1);
  CHECK(f.diary.count("put back 1.3") == 1);
  f.take("late", {1, 4});
  CHECK(f.diary.count("put back 1.4") == 1);
  CHECK(f.diary.count("claiming") == 2);
}

TEST_CASE("the end of a kitchen waits for what cooks and its patience, and no longer") {
  KitchenOfFakes f(200ms);
  f.script.closed = true;
  f.take("stuck", {1, 1});
  REQUIRE(f.wait("claiming"));
  const auto begin = std::chrono::steady_clock::now();
  f.kitchen->finish_work();
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= 200ms);
  CHECK(took < 5s);
  CHECK(f.kitchen->held() == 1);
}

TEST_CASE("an abandoned kitchen holds nothing and says nothing to the broker") {
  KitchenOfFakes f;
  f.script.cooking = 50ms;
  f.take("A", {1, 1});
  REQUIRE(f.wait("started A"));
  f.kitchen->abandon();
  CHECK(f.kitchen->held() == 0);
  f.kitchen.reset();
  CHECK(f.diary.count("ack 1.1") == 0);
  CHECK(f.diary.count("put back 1.1") == 0);
}
