#include <future>

#include "unit/kitchen/kitchen_of_fakes.hpp"

using namespace pizza;
using namespace pizza::kitchen;

// O is the order that a turn names, W the waiting order of higher precedence that takes it.

namespace {

struct Swap : KitchenOfFakes {
  Swap() {
    script.swaps["O"] = "W";
    script.cooking = 150ms;
  }
  /// O's turn is in the database, which has not answered yet.
  void claim_behind_closed_doors() {
    script.closed = true;
    take("O", {1, 1}, "o");
    REQUIRE(wait("claiming"));
  }
};

}  // namespace

TEST_CASE("a turn that another order takes is acknowledged when that one is finished") {
  Swap f;
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("started W for O"));
  CHECK(f.kitchen->held() == 1);
  REQUIRE(f.wait("finished W of r-O"));
  CHECK(f.diary.entries() ==
        std::vector<std::string>{"claiming", "started W for O", "wrote W", "ack 1.1", "finished W of r-O"});
  CHECK(f.kitchen->held() == 0);
}

TEST_CASE("the order whose turn was taken is cooked beside the other when its new message comes") {
  Swap f;
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("started W for O"));
  f.script.change([&] { f.script.swaps.clear(); });
  f.take("O", {1, 2}, "o again");
  REQUIRE(f.wait("started O"));
  CHECK(f.kitchen->held() == 2);
  REQUIRE(f.wait("ack 1.1"));
  REQUIRE(f.wait("ack 1.2"));
  CHECK(f.diary.count("wrote W") == 1);
  CHECK(f.diary.count("wrote O") == 1);
}

TEST_CASE("of a message that a dead worker had nothing is left to do if the order it names cooks here and no other") {
  Swap f;
  f.script.swaps.clear();
  f.take("O", {1, 1}, "o again");
  REQUIRE(f.wait("started O"));
  f.script.change([&] { f.script.kinds["O"] = Claimed::Kind::dropped; });
  f.kitchen->take({.tag = {1, 2}, .redelivered = true, .message_id = "o"}, {"O", domain::OrderType::takeout});
  REQUIRE(f.wait("ack 1.2"));
  REQUIRE(f.wait("ack 1.1"));
  CHECK(f.diary.count("wrote O") == 1);
}

TEST_CASE("the new message of an order whose turn was taken, here before that is settled, waits and comes again") {
  Swap f;
  f.claim_behind_closed_doors();
  f.take("O", {1, 2}, "o again");
  CHECK(f.diary.count("extra 1") == 1);
  f.script.open();
  REQUIRE(f.wait("started W for O"));
  REQUIRE(f.wait("put back 1.2"));
  CHECK(f.diary.count("ack 1.2") == 0);
}

TEST_CASE("the message of an order that took a turn is acknowledged alone when it comes after that") {
  Swap f;
  f.script.kinds["W"] = Claimed::Kind::dropped;
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("started W for O"));
  f.take("W", {1, 2}, "w");
  REQUIRE(f.wait("ack 1.2"));
  REQUIRE(f.wait("finished W of r-O"));
  CHECK(f.diary.count("ack 1.1") == 1);
  CHECK(f.diary.count("ack 1.2") == 1);
  CHECK(f.diary.count("wrote W") == 1);
}

TEST_CASE("the message of an order that took a turn, here as a turn of its own, is acknowledged alone") {
  Swap f;
  f.claim_behind_closed_doors();
  f.take("W", {1, 2}, "w");
  f.script.kinds["W"] = Claimed::Kind::dropped;
  f.script.open();
  REQUIRE(f.wait("started W for O"));
  REQUIRE(f.wait("ack 1.2"));
  CHECK(f.diary.count("ack 1.1") == 0);
  REQUIRE(f.wait("finished W of r-O"));
  CHECK(f.diary.count("ack 1.1") == 1);
  CHECK(f.diary.count("ack 1.2") == 1);
  CHECK(f.diary.count("wrote W") == 1);
}

TEST_CASE("a turn whose order was started by another turn goes back alone when its own step fails") {
  Swap f;
  const bool at_once = GENERATE(false, true);
  f.claim_behind_closed_doors();
  f.take("W", {1, 2}, "w");
  f.script.trouble = [at_once](const std::string& step, const std::string& number) {
    if (step != "claim" || number != "W") return;
    if (at_once) throw StepUnavailable("away");
    throw StepRefused("cursed");
  };
  f.script.open();
  REQUIRE(f.wait("put back 1.2"));
  REQUIRE(f.wait("finished W of r-O"));
  CHECK(f.diary.count("put back 1.1") == 0);
  CHECK(f.diary.count("ack 1.1") == 1);
}

TEST_CASE("a turn that was taken by an order comes back over a new connection under the order its message names") {
  Swap f;
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("started W for O"));
  f.take("O", {2, 7}, "o");
  CHECK(f.diary.count("ack 2.7") == 0);
  REQUIRE(f.wait("finished W of r-O"));
  CHECK(f.diary.count("ack 2.7") == 1);
  CHECK(f.diary.count("ack 1.1") == 0);
  CHECK(f.diary.count("claiming") == 1);
}

TEST_CASE("a turn ruled a duplicate whose own message came back since goes back to be ruled on again") {
  Swap f;
  f.script.swaps.clear();
  f.script.kinds["O"] = Claimed::Kind::dropped;
  f.claim_behind_closed_doors();
  f.take("O", {2, 7}, "o");
  f.script.open();
  REQUIRE(f.wait("put back 2.7"));
  CHECK(f.diary.count("ack 2.7") == 0);
  CHECK(f.diary.count("ack 1.1") == 0);
}

TEST_CASE("of two turns that one order got the later holds the claim, and the other's message goes back") {
  // Two copies of a message are redelivered: each may say that its holder lost the order.
  Swap f;
  f.script.kinds["O"] = Claimed::Kind::resumed;
  f.take("W", {1, 1}, "w");
  REQUIRE(f.wait("started W"));
  f.take("O", {1, 2}, "o");
  REQUIRE(f.wait("resumed W for O"));
  CHECK(f.diary.count("put back 1.1") == 1);
  REQUIRE(f.wait("ack 1.2"));
  CHECK(f.diary.count("ack 1.1") == 0);
  CHECK(f.diary.count("wrote W") == 1);
}

TEST_CASE("when the order that took a turn is at fault, that one is counted and the message goes back") {
  Swap f;
  f.script.trouble = [](const std::string& step, const std::string&) {
    if (step == "claim") throw StepRefused("cursed", "W");
  };
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("put back 1.1"));
  CHECK(f.diary.count("recorded W: cursed") == 1);
  CHECK(f.diary.count("failed W") == 1);
}

TEST_CASE(
    "a message that comes again may stand for the order that took its turn, also while its own order cooks here") {
  // Another cook started W under O's message "o" and died; O itself was asked for again and cooks here under "o again".
  Swap f;
  f.script.swaps.clear();
  f.take("O", {1, 1}, "o again");
  REQUIRE(f.wait("started O"));
  f.script.change([&] {
    f.script.swaps["O"] = "W";
    f.script.kinds["O"] = Claimed::Kind::resumed;
  });
  f.kitchen->take({.tag = {1, 2}, .redelivered = true, .message_id = "o"}, {"O", domain::OrderType::takeout});
  REQUIRE(f.wait("resumed W for O"));
  REQUIRE(f.wait("ack 1.1"));
  REQUIRE(f.wait("ack 1.2"));
  CHECK(f.diary.count("wrote O") == 1);
  CHECK(f.diary.count("wrote W") == 1);
}

TEST_CASE("a message that comes again while its order's finish is written waits: it may be another order's by now") {
  Swap f;
  std::promise<void> written;
  f.script.trouble = [&f, answer = written.get_future().share()](const std::string& step, const std::string&) {
    if (step != "finish") return;
    f.diary.write("writing");
    answer.wait();
  };
  f.take("O", {1, 1}, "o");
  REQUIRE(f.wait("writing"));
  const auto tag = GENERATE(Tag{2, 7}, Tag{1, 2});
  f.kitchen->take({.tag = tag, .redelivered = true, .message_id = "o"}, {"O", domain::OrderType::takeout});
  written.set_value();
  REQUIRE(f.wait("put back " + text(tag)));
  REQUIRE(f.wait("ack 1.1"));
  CHECK(f.diary.count("ack " + text(tag)) == 0);
}
