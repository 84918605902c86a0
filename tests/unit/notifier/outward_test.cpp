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
struct TwoEndpoints {
  FakeBroker broker;
  FakeObserver observer;
  FakeEndpoint* one = nullptr;
  FakeEndpoint* two = nullptr;
  std::unique_ptr<Outward> outward;

  explicit TwoEndpoints(int status_of_two = 200, Filter filter_of_two = {}) {
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
  TwoEndpoints endpoints;
  endpoints.two->hold();
  endpoints.outward->take({1, 1}, message("a"));
  endpoints.outward->take({1, 2}, message("b", "one"));
  CHECK(endpoints.broker.wait(1) == Notes{"ack 1.2"});
  REQUIRE(endpoints.one->wait_posts(2));
  CHECK(endpoints.broker.wait(1) == Notes{"ack 1.2"});
  endpoints.two->release();
  CHECK(endpoints.broker.wait(2) == Notes{"ack 1.2", "ack 1.1"});
}

TEST_CASE(
    "the dead letter of a failed delivery is published until that is confirmed, then the message is acknowledged") {
  TwoEndpoints endpoints(500);
  endpoints.broker.refuse(1);
  endpoints.outward->take({1, 1}, message("a"));
  CHECK(endpoints.broker.wait(3) ==
        Notes{"letter a for two: the endpoint answered 500", "letter a for two: the endpoint answered 500", "ack 1.1"});
  CHECK(endpoints.two->posts() == 2);
  CHECK(endpoints.one->posts() == 1);
}

TEST_CASE("what nobody wants is acknowledged") {
  TwoEndpoints endpoints(200, {.customer = "John Doe"});
  endpoints.outward->take({1, 1}, message("a"));
  CHECK(endpoints.broker.wait(1) == Notes{"ack 1.1"});
  CHECK(endpoints.two->posts() == 0);
  CHECK(endpoints.observer.unroutable_count == 0);
  endpoints.outward->take({1, 2}, message("b", "two"));  // the filter was asked when it came first
  endpoints.broker.wait(2);
  CHECK(endpoints.two->posts() == 1);
}

TEST_CASE("what is for an unknown endpoint is acknowledged once it is a dead letter again") {
  TwoEndpoints endpoints;
  const std::string letter = "letter b for three: webhook not configured";
  endpoints.broker.refuse(1);
  endpoints.outward->take({1, 1}, message("b", "three"));
  endpoints.outward->take({1, 2}, message("b", "three"));  // a second copy, while the first is in hand
  CHECK(endpoints.broker.wait(4) == Notes{letter, "ack 1.2", letter, "ack 1.1"});
  CHECK(endpoints.observer.unroutable_count == 1);
  endpoints.outward->take({1, 3}, message("b", "three"));  // redriven too early
  CHECK(endpoints.broker.wait(6) == Notes{letter, "ack 1.2", letter, "ack 1.1", letter, "ack 1.3"});

  endpoints.broker.refuse(2);
  endpoints.outward->take({1, 4}, message("c", "three"));
  endpoints.outward->stop(after(5s));
  CHECK(endpoints.broker.wait(9).back() == "back 1.4");
}

TEST_CASE("a message that comes again is not delivered again, and its latest delivery is acknowledged") {
  TwoEndpoints endpoints;
  endpoints.two->hold();
  endpoints.outward->take({1, 1}, message("a"));
  REQUIRE(endpoints.two->wait_posts(1));
  endpoints.outward->take({1, 2}, message("a"));  // a second copy
  CHECK(endpoints.broker.wait(1) == Notes{"ack 1.2"});
  endpoints.outward->take({2, 1}, message("a"));  // the same over a new connection
  endpoints.two->release();
  CHECK(endpoints.broker.wait(2) == Notes{"ack 1.2", "ack 2.1"});
  endpoints.outward->take({3, 1}, message("a"));  // and after it was done
  CHECK(endpoints.broker.wait(3) == Notes{"ack 1.2", "ack 2.1", "ack 3.1"});
  CHECK(endpoints.one->posts() == 1);
  CHECK(endpoints.two->posts() == 1);
}

TEST_CASE("a stop hands back what is not done, and to whom it is not done") {
  TwoEndpoints endpoints;
  endpoints.two->hold();
  endpoints.outward->take({1, 1}, message("a"));
  endpoints.outward->take({1, 2}, message("b", "two"));
  REQUIRE(endpoints.one->wait_posts(1));
  REQUIRE(endpoints.two->wait_posts(1));
  endpoints.outward->stop(after(200ms));
  auto notes = endpoints.broker.wait(3);
  std::ranges::sort(notes);
  CHECK(notes == Notes{"ack 1.1", "again a for two", "back 1.2"});
}

TEST_CASE("a copy that is not confirmed leaves the message where it was") {
  TwoEndpoints endpoints;
  endpoints.broker.refuse(1);
  endpoints.two->hold();
  endpoints.outward->take({1, 1}, message("a"));
  REQUIRE(endpoints.one->wait_posts(1));
  REQUIRE(endpoints.two->wait_posts(1));
  endpoints.outward->stop(after(200ms));
  CHECK(endpoints.broker.wait(2) == Notes{"again a for two", "back 1.1"});
}
