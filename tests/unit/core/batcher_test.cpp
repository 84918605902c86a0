#include "core/batcher.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace pizza::core {
namespace {

using namespace std::chrono_literals;
using Batches = std::vector<std::vector<int>>;

/// A handler that waits to be let go before it returns, so that a test decides what gathers meanwhile.
struct Gate {
  std::counting_semaphore<> entered{0};
  std::counting_semaphore<> released{0};
  std::mutex mutex;
  Batches batches;

  std::function<void(std::vector<int>)> handler() {
    return [this](std::vector<int> batch) {
      {
        const std::lock_guard lock(mutex);
        batches.push_back(std::move(batch));
      }
      entered.release();
      released.acquire();
    };
  }
};

TEST_CASE("an item alone waits for nobody, and what comes meanwhile is the next batch, in order") {
  Gate gate;
  Batcher<int> batcher{{}, [&] { return gate.handler(); }};
  REQUIRE(batcher.submit(1));
  gate.entered.acquire();  // the first is being handled although nothing else came
  for (int item : {2, 3, 4}) REQUIRE(batcher.submit(std::move(item)));
  gate.released.release();
  gate.entered.acquire();
  gate.released.release();
  batcher.stop();
  CHECK(gate.batches == Batches{{1}, {2, 3, 4}});
}

TEST_CASE("a batch is never larger than its limit, and the rest comes next, in order") {
  Gate gate;
  Batcher<int> batcher{{.max_batch = 3}, [&] { return gate.handler(); }};
  REQUIRE(batcher.submit(0));
  gate.entered.acquire();
  for (int item = 1; item <= 7; ++item) REQUIRE(batcher.submit(int{item}));
  gate.released.release(10);
  batcher.stop();
  CHECK(gate.batches == Batches{{0}, {1, 2, 3}, {4, 5, 6}, {7}});
}

TEST_CASE("when it is full it refuses and leaves the item with its owner") {
  std::counting_semaphore<> entered{0};
  std::counting_semaphore<> released{0};
  using Item = std::unique_ptr<int>;
  Batcher<Item> batcher{{.capacity = 2}, [&] {
                          return [&](std::vector<Item>) {
                            entered.release();
                            released.acquire();
                          };
                        }};
  REQUIRE(batcher.submit(std::make_unique<int>(0)));
  entered.acquire();  // in hand, no longer waiting
  REQUIRE(batcher.submit(std::make_unique<int>(1)));
  REQUIRE(batcher.submit(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  const bool accepted = batcher.submit(std::move(third));
  released.release(10);  // before any check: one that fails must not leave the handler waiting
  batcher.stop();
  CHECK_FALSE(accepted);
  REQUIRE(third);  // NOLINT(bugprone-use-after-move): untouched is what is promised
  CHECK(*third == 3);
}

TEST_CASE("stop handles all that waits, then refuses, and may be called again") {
  Gate gate;
  Batcher<int> batcher{{}, [&] { return gate.handler(); }};
  REQUIRE(batcher.submit(1));
  gate.entered.acquire();
  REQUIRE(batcher.submit(2));
  gate.released.release(10);
  batcher.stop();
  CHECK(gate.batches == Batches{{1}, {2}});
  CHECK_FALSE(batcher.submit(3));
  batcher.stop();
  CHECK(gate.batches.size() == 2);
}

TEST_CASE("each thread makes a handler of its own and uses no other's") {
  std::counting_semaphore<> entered{0};
  std::counting_semaphore<> released{0};
  std::atomic<int> made{0};
  std::atomic<bool> foreign{false};
  bool together = false;
  {
    Batcher<int> batcher{{.threads = 2, .max_batch = 1}, [&] {
                           ++made;
                           const auto owner = std::this_thread::get_id();
                           return [&, owner](const std::vector<int>&) {
                             if (std::this_thread::get_id() != owner) foreign = true;
                             entered.release();
                             released.acquire();
                           };
                         }};
    REQUIRE(batcher.submit(1));
    REQUIRE(batcher.submit(2));
    together = entered.try_acquire_for(10s) && entered.try_acquire_for(10s);
    released.release(2);
  }
  CHECK(together);
  CHECK(made == 2);
  CHECK_FALSE(foreign);
}

TEST_CASE("what many threads submit is handled exactly once") {
  constexpr int kThreads = 4;
  constexpr int kEach = 5'000;
  std::mutex mutex;
  std::vector<int> handled;
  std::atomic<int> accepted{0};
  {
    Batcher<int> batcher{{.threads = 2, .capacity = 500, .max_batch = 50}, [&] {
                           return [&](const std::vector<int>& batch) {
                             const std::lock_guard lock(mutex);
                             handled.insert(handled.end(), batch.begin(), batch.end());
                           };
                         }};
    std::vector<std::thread> producers;
    for (int t = 0; t < kThreads; ++t) {
      producers.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          while (!batcher.submit(t * kEach + i)) std::this_thread::yield();
          ++accepted;
        }
      });
    }
    for (auto& producer : producers) producer.join();
  }
  CHECK(accepted == kThreads * kEach);
  std::vector<int> expected(kThreads * kEach);
  std::iota(expected.begin(), expected.end(), 0);
  std::ranges::sort(handled);
  CHECK(handled == expected);
}

}  // namespace
}  // namespace pizza::core
