#include "notifier/app/outward.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "fakes.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza::notifier;
using pizza::core::after;
using pizza::notifier::test::answered;
using pizza::notifier::test::FakeEndpoint;
using pizza::notifier::test::message;

/// Writes down `ack 1`, `back 1`, `letter a for two: why`.
class FakeBroker final : public OutwardBroker {
 public:
  void ack(Tag tag) override { note("ack " + std::to_string(tag.generation) + '.' + std::to_string(tag.number)); }
  void put_back(Tag tag) override { note("back " + std::to_string(tag.generation) + '.' + std::to_string(tag.number)); }
  void dead_letter(const OutwardMessage& dead, const std::string& fingerprint, const std::string& cause,
                   std::function<void(bool)> done) override {
    answer("letter " + dead.key + " for " + fingerprint + ": " + cause, done);
  }
  void readdress(const OutwardMessage& copied, const std::string& fingerprint,
                 std::function<void(bool)> done) override {
    answer("again " + copied.key + " for " + fingerprint, done);
  }
  void refuse(int times) {
    const std::lock_guard lock(mutex_);
    refusals_ = times;
  }
  std::vector<std::string> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return notes_.size() >= count; });
    return notes_;
  }

 private:
  void answer(std::string what, const std::function<void(bool)>& done) {
    note(std::move(what));
    bool confirmed = true;
    {
      const std::lock_guard lock(mutex_);
      if (refusals_ > 0) {
        --refusals_;
        confirmed = false;
      }
    }
    done(confirmed);
  }
  void note(std::string what) {
    {
      const std::lock_guard lock(mutex_);
      notes_.push_back(std::move(what));
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> notes_;
  int refusals_ = 0;
};

class FakeObserver final : public OutwardObserver {
 public:
  void delivered(const OutwardMessage&, const WebhookName&, const Attempt&, int) override {}
  void retried(const OutwardMessage&, const WebhookName&, const Attempt&, int, std::chrono::milliseconds) override {}
  void failed(const OutwardMessage&, const WebhookName&, const Attempt&, int) override {}
  void unroutable(const OutwardMessage&, const std::string&) override { ++unroutable_count; }
  int unroutable_count = 0;
};

using Notes = std::vector<std::string>;

/// Two endpoints, `one` and `two`, behind one Outward.
struct Fixture {
  FakeBroker broker;
  FakeObserver observer;
  FakeEndpoint* one = nullptr;
  FakeEndpoint* two = nullptr;
  std::unique_ptr<Outward> outward;

  explicit Fixture(int status_of_two = 200, Filter filter_of_two = {}) {
    std::vector<WebhookTarget> targets;
    one = add(targets, "one", 200, {});
    two = add(targets, "two", status_of_two, std::move(filter_of_two));
    outward = std::make_unique<Outward>(std::move(targets), broker, observer);
  }

 private:
  static FakeEndpoint* add(std::vector<WebhookTarget>& targets, const std::string& name, int status, Filter filter) {
    auto endpoint = std::make_unique<FakeEndpoint>([status](const auto&, int) { return answered(status); });
    auto* result = endpoint.get();
    targets.push_back({.name = {name, name},
                       .filter = std::move(filter),
                       .lane = {.rule = {.attempts = 2, .first_delay = 1ms}, .threads = 1},
                       .endpoint = std::move(endpoint)});
    return result;
  }
};

}  // namespace

TEST_CASE("a message is acknowledged when all of its deliveries have ended") {
  Fixture fixture;
  fixture.two->hold();
  fixture.outward->take({1, 1}, message("a"));
  fixture.outward->take({1, 2}, message("b", "one"));
  CHECK(fixture.broker.wait(1) == Notes{"ack 1.2"});
  REQUIRE(fixture.one->wait_posts(2));
  CHECK(fixture.broker.wait(1) == Notes{"ack 1.2"});
  fixture.two->release();
  CHECK(fixture.broker.wait(2) == Notes{"ack 1.2", "ack 1.1"});
}

TEST_CASE(
    "the dead letter of a failed delivery is published until that is confirmed, then the message is acknowledged") {
  Fixture fixture(500);
  fixture.broker.refuse(1);
  fixture.outward->take({1, 1}, message("a"));
  CHECK(fixture.broker.wait(3) ==
        Notes{"letter a for two: the endpoint answered 500", "letter a for two: the endpoint answered 500", "ack 1.1"});
  CHECK(fixture.two->posts() == 2);
  CHECK(fixture.one->posts() == 1);
}

TEST_CASE("what nobody wants is acknowledged") {
  Fixture fixture(200, {.customer = "John Doe"});
  fixture.outward->take({1, 1}, message("a"));
  CHECK(fixture.broker.wait(1) == Notes{"ack 1.1"});
  CHECK(fixture.two->posts() == 0);
  CHECK(fixture.observer.unroutable_count == 0);
  fixture.outward->take({1, 2}, message("b", "two"));  // the filter was asked when it came first
  fixture.broker.wait(2);
  CHECK(fixture.two->posts() == 1);
}

TEST_CASE("what is for an unknown endpoint is acknowledged once it is a dead letter again") {
  Fixture fixture;
  const std::string letter = "letter b for three: webhook not configured";
  fixture.broker.refuse(1);
  fixture.outward->take({1, 1}, message("b", "three"));
  fixture.outward->take({1, 2}, message("b", "three"));  // a second copy, while the first is in hand
  CHECK(fixture.broker.wait(4) == Notes{letter, "ack 1.2", letter, "ack 1.1"});
  CHECK(fixture.observer.unroutable_count == 1);
  fixture.outward->take({1, 3}, message("b", "three"));  // redriven too early
  CHECK(fixture.broker.wait(6) == Notes{letter, "ack 1.2", letter, "ack 1.1", letter, "ack 1.3"});

  fixture.broker.refuse(2);
  fixture.outward->take({1, 4}, message("c", "three"));
  fixture.outward->stop(after(5s));
  CHECK(fixture.broker.wait(9).back() == "back 1.4");
}

TEST_CASE("a message that comes again is not delivered again, and its latest delivery is acknowledged") {
  Fixture fixture;
  fixture.two->hold();
  fixture.outward->take({1, 1}, message("a"));
  REQUIRE(fixture.two->wait_posts(1));
  fixture.outward->take({1, 2}, message("a"));  // a second copy
  CHECK(fixture.broker.wait(1) == Notes{"ack 1.2"});
  fixture.outward->take({2, 1}, message("a"));  // the same over a new connection
  fixture.two->release();
  CHECK(fixture.broker.wait(2) == Notes{"ack 1.2", "ack 2.1"});
  fixture.outward->take({3, 1}, message("a"));  // and after it was done
  CHECK(fixture.broker.wait(3) == Notes{"ack 1.2", "ack 2.1", "ack 3.1"});
  CHECK(fixture.one->posts() == 1);
  CHECK(fixture.two->posts() == 1);
}

TEST_CASE("a stop hands back what is not done, and to whom it is not done") {
  Fixture fixture;
  fixture.two->hold();
  fixture.outward->take({1, 1}, message("a"));
  fixture.outward->take({1, 2}, message("b", "two"));
  REQUIRE(fixture.one->wait_posts(1));
  REQUIRE(fixture.two->wait_posts(1));
  fixture.outward->stop(after(200ms));
  auto notes = fixture.broker.wait(3);
  std::ranges::sort(notes);
  CHECK(notes == Notes{"ack 1.1", "again a for two", "back 1.2"});
}

TEST_CASE("a copy that is not confirmed leaves the message where it was") {
  Fixture fixture;
  fixture.broker.refuse(1);
  fixture.two->hold();
  fixture.outward->take({1, 1}, message("a"));
  REQUIRE(fixture.one->wait_posts(1));
  REQUIRE(fixture.two->wait_posts(1));
  fixture.outward->stop(after(200ms));
  CHECK(fixture.broker.wait(2) == Notes{"again a for two", "back 1.1"});
}
