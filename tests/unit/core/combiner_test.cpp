#include "core/combiner.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

namespace pizza::core {
namespace {

using namespace std::chrono_literals;
using Numbers = std::vector<int>;

/// Doubles what it is asked, once it is let.
struct Oracle {
  std::counting_semaphore<> entered{0};
  std::counting_semaphore<> released{0};
  std::mutex mutex;
  std::vector<Numbers> asked;
  bool fails = false;

  Combiner<int, int>::AskAll ask_all() {
    return [this](const Numbers& numbers) {
      {
        const std::lock_guard lock(mutex);
        asked.push_back(numbers);
      }
      entered.release();
      released.acquire();
      if (fails) throw std::runtime_error("no answer");
      Numbers answers;
      for (const int number : numbers) answers.push_back(2 * number);
      return answers;
    };
  }
};

/// Threads that ask one question each; their answers, -1 for none, -2 for a failure.
class Crowd {
 public:
  explicit Crowd(Combiner<int, int>& combiner) : combiner_(combiner) {}
  void ask(int number, std::chrono::milliseconds patience = 30s) {
    threads_.emplace_back([this, number, patience] {
      int answer = -2;
      ++asking_;
      try {
        answer = combiner_.ask(number, patience).value_or(-1);
      } catch (const std::runtime_error&) {  // NOLINT(bugprone-empty-catch): -1 says so
      }
      const std::lock_guard lock(mutex_);
      answers_.push_back(answer);
    });
  }
  /// All have called, and have had time to queue up.
  void settle() const {
    while (asking_ < static_cast<int>(threads_.size())) std::this_thread::yield();
    std::this_thread::sleep_for(20ms);
  }
  Numbers answers() {
    threads_.clear();
    std::ranges::sort(answers_);
    return answers_;
  }

 private:
  Combiner<int, int>& combiner_;
  std::atomic<int> asking_ = 0;
  std::mutex mutex_;
  Numbers answers_;
  std::vector<std::jthread> threads_;
};

TEST_CASE("a question alone is asked at once, those that come meanwhile are the next, together") {
  Oracle oracle;
  oracle.released.release(2);
  Combiner<int, int> combiner(1, 100, oracle.ask_all());
  CHECK(combiner.ask(4, 1s) == 8);
  oracle.entered.acquire();
  oracle.released.acquire();

  Crowd crowd(combiner);
  crowd.ask(1);
  oracle.entered.acquire();
  for (const int number : {2, 3, 4}) crowd.ask(number);
  crowd.settle();
  oracle.released.release(2);
  CHECK(crowd.answers() == Numbers{2, 4, 6, 8});
  REQUIRE(oracle.asked.size() == 3);
  CHECK(oracle.asked[1] == Numbers{1});
  CHECK(oracle.asked[2].size() == 3);
}

TEST_CASE("no more than the most are asked at once, by no more than the askers") {
  Oracle oracle;
  Combiner<int, int> combiner(2, 3, oracle.ask_all());
  Crowd crowd(combiner);
  crowd.ask(1);
  crowd.ask(2);
  oracle.entered.acquire();
  oracle.entered.acquire();
  for (int number = 3; number <= 8; ++number) crowd.ask(number);
  crowd.settle();
  CHECK(oracle.asked.size() == 2);
  oracle.released.release(100);
  CHECK(crowd.answers() == Numbers{2, 4, 6, 8, 10, 12, 14, 16});
  for (const auto& together : oracle.asked) CHECK(together.size() <= 3);
}

TEST_CASE("a failure is told to all that were asked together, and to nobody else") {
  Oracle oracle;
  Combiner<int, int> combiner(1, 100, oracle.ask_all());
  Crowd crowd(combiner);
  oracle.fails = true;
  crowd.ask(1);
  oracle.entered.acquire();
  crowd.ask(2);
  crowd.ask(3);
  crowd.settle();
  oracle.released.release(2);
  CHECK(crowd.answers() == Numbers{-2, -2, -2});
  oracle.fails = false;
  oracle.released.release();
  CHECK(combiner.ask(5, 1s) == 10);
}

TEST_CASE("a question that nobody asks in time comes back unasked, and the others are answered") {
  Oracle oracle;
  Combiner<int, int> combiner(1, 100, oracle.ask_all());
  Crowd crowd(combiner);
  crowd.ask(1);
  oracle.entered.acquire();
  CHECK(combiner.ask(2, 10ms) == std::nullopt);
  crowd.ask(3);
  crowd.settle();
  oracle.released.release(2);
  CHECK(crowd.answers() == Numbers{2, 6});
  REQUIRE(oracle.asked.size() == 2);
  CHECK(oracle.asked[1] == Numbers{3});
}

TEST_CASE("a question that is on its way is waited for, however long that takes") {
  Oracle oracle;
  Combiner<int, int> combiner(1, 100, oracle.ask_all());
  Crowd crowd(combiner);
  crowd.ask(1);
  oracle.entered.acquire();
  crowd.ask(2, 200ms);
  crowd.ask(3, 200ms);
  crowd.settle();
  oracle.released.release();
  oracle.entered.acquire();
  std::this_thread::sleep_for(300ms);
  oracle.released.release();
  CHECK(crowd.answers() == Numbers{2, 4, 6});
}

TEST_CASE("each of many threads gets its own answers") {
  Combiner<int, int> combiner(2, 5, [](const Numbers& numbers) {
    Numbers answers;
    for (const int number : numbers) answers.push_back(2 * number);
    return answers;
  });
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 12; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 2'000; ++i) {
          const int number = thread * 10'000 + i;
          if (combiner.ask(number, 30s) != 2 * number) ++wrong;
        }
      });
    }
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace pizza::core
