#include "notifier/app/lane.hpp"

#include <atomic>
#include <deque>

#include <catch2/catch.hpp>

#include "fakes.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza::notifier;
using pizza::core::after;
using pizza::notifier::test::answered;
using pizza::notifier::test::FakeEndpoint;
using pizza::notifier::test::message;

/// What a lane told, to be waited for.
class Listener final : public LaneListener {
 public:
  struct End {
    std::string key;
    Ending ending;
    Attempt last;
    int attempts;
  };
  void retried(const OutwardMessage&, const Attempt&, int, std::chrono::milliseconds) override { ++retries; }
  void ended(const SharedMessage& message, Ending ending, const Attempt& last, int attempts) override {
    {
      const std::lock_guard lock(mutex_);
      ends_.push_back({message->key, ending, last, attempts});
    }
    changed_.notify_all();
  }
  std::vector<End> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return ends_.size() >= count; });
    return ends_;
  }
  std::atomic<int> retries{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<End> ends_;
};

Lane::Options quick(int attempts) {
  return {.rule = {.attempts = attempts, .first_delay = 1ms, .most_delay = 4ms}, .threads = 2, .capacity = 3};
}

}  // namespace

TEST_CASE("the wait before another attempt doubles up to a bound, jitters fully, and heeds Retry-After up to a bound") {
  const RetryRule rule{.attempts = 6, .first_delay = 1s, .most_delay = 5s, .most_retry_after = 60s};
  const auto failed = answered(500);
  CHECK(rule.delay_after(1, failed, 0.5) == 500ms);
  CHECK(rule.delay_after(2, failed, 0.5) == 1s);
  CHECK(rule.delay_after(3, failed, 0.5) == 2s);
  CHECK(rule.delay_after(4, failed, 0.5) == 2500ms);
  CHECK(rule.delay_after(5, failed, 0) == 0ms);
  CHECK_FALSE(rule.delay_after(6, failed, 0.5));
  CHECK_FALSE(rule.delay_after(1, answered(410), 0.5));
  auto busy = answered(503);
  busy.retry_after = 10s;
  CHECK(rule.delay_after(1, busy, 0.5) == 10s);
  busy.retry_after = 3600s;
  CHECK(rule.delay_after(1, busy, 0.5) == 60s);
  busy.retry_after = std::chrono::seconds::max();
  CHECK(rule.delay_after(1, busy, 0.5) == 60s);
  busy.retry_after = -3600s;
  CHECK(rule.delay_after(1, busy, 0.5) == 500ms);
  busy.retry_after = 0s;
  CHECK(rule.delay_after(1, busy, 0.5) == 500ms);
}

TEST_CASE("a delivery is tried until it succeeds, or its attempts are spent") {
  FakeEndpoint endpoint([](const auto&, int nth) { return answered(nth < 3 ? 500 : 200); });
  Listener listener;
  Lane lane(quick(3), endpoint, listener);
  lane.submit(message("a"));
  const auto first = listener.wait(1);
  REQUIRE(first.size() == 1);
  CHECK(first[0].ending == Ending::delivered);
  CHECK(first[0].attempts == 3);
  CHECK(listener.retries == 2);

  FakeEndpoint dead([](const auto&, int) { return answered(500); });
  Listener of_dead;
  Lane its_lane(quick(4), dead, of_dead);
  its_lane.submit(message("a"));
  const auto second = of_dead.wait(1);
  REQUIRE(second.size() == 1);
  CHECK(second[0].ending == Ending::failed);
  CHECK(second[0].attempts == 4);
  CHECK(dead.posts() == 4);
}

TEST_CASE("what no longer fits into a lane fails at once, and what waited too long without a further attempt") {
  FakeEndpoint endpoint([](const auto&, int) { return answered(200); });
  endpoint.hold();
  Listener listener;
  Lane lane(quick(3), endpoint, listener);
  for (const auto* key : {"a", "b"}) lane.submit(message(key));
  REQUIRE(endpoint.wait_posts(2));
  for (const auto* key : {"c", "d", "e", "f"}) lane.submit(message(key));
  const auto refused = listener.wait(1);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].key == "f");
  CHECK(refused[0].ending == Ending::failed);
  CHECK(refused[0].attempts == 0);
  endpoint.release();
  CHECK(listener.wait(6).size() == 6);
  CHECK(endpoint.posts() == 5);

  auto impatient = quick(20);
  impatient.patience = 0ms;
  Listener of_impatient;
  Lane late(impatient, endpoint, of_impatient);
  late.submit(message("g"));
  const auto ends = of_impatient.wait(1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].ending == Ending::failed);
  CHECK(endpoint.posts() == 5);
}

TEST_CASE("a further attempt that waited too long for a thread is not made") {
  auto options = quick(20);
  options.threads = 1;
  options.patience = 500ms;
  FakeEndpoint endpoint([&](const OutwardMessage& message, int) {
    // The second attempt for a is due meanwhile, and waits that long for the thread.
    if (message.key == "b") std::this_thread::sleep_for(options.patience);
    return answered(500);
  });
  endpoint.hold();
  Listener listener;
  Lane lane(options, endpoint, listener);
  lane.submit(message("a"));
  REQUIRE(endpoint.wait_posts(1));
  lane.submit(message("b"));  // due before the second attempt for a
  endpoint.release();
  const auto ends = listener.wait(2);
  REQUIRE(ends.size() == 2);
  for (const auto& end : ends) {
    CHECK(end.ending == Ending::failed);
    CHECK(end.last.cause == "the endpoint answered 500");
    CHECK(end.attempts == 1);
  }
  CHECK(endpoint.posts() == 2);
}

TEST_CASE("a stop lets attempts end, hands back what waits, and at its deadline breaks off") {
  FakeEndpoint endpoint([](const auto&, int) { return answered(200); });
  endpoint.hold();
  Listener listener;
  Lane lane(quick(3), endpoint, listener);
  for (const auto* key : {"a", "b", "c"}) lane.submit(message(key));
  REQUIRE(endpoint.wait_posts(2));
  lane.begin_stop();
  const auto back = listener.wait(1);
  REQUIRE(back.size() == 1);
  CHECK(back[0].key == "c");
  CHECK(back[0].ending == Ending::handed_back);
  lane.submit(message("d"));
  CHECK(listener.wait(2)[1].ending == Ending::handed_back);
  lane.stop(after(50ms));  // held attempts end only because they are broken off
  const auto all = listener.wait(4);
  REQUIRE(all.size() == 4);
  CHECK(all[2].ending == Ending::handed_back);
  CHECK(all[3].ending == Ending::handed_back);
}
