#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace pizza::core {

/// Questions of many threads, asked together: while `askers` of them are on their way with what waited, the next
/// gather; a question alone waits for nobody. No thread and no timer of its own: whoever asks takes others along.
/// Thread-safe.
template <class Question, class Answer>
class Combiner {
 public:
  /// Answers in the order of the questions. Called by up to `askers` threads at once.
  using AskAll = std::function<std::vector<Answer>(const std::vector<Question>&)>;

  /// `most`: questions asked at once.
  Combiner(std::size_t askers, std::size_t most, AskAll ask_all)
      : ask_all_(std::move(ask_all)), most_(most), free_(askers) {}

  /// nullopt: nobody asked it within `patience`; one that is on its way is waited for as long as `ask_all` takes.
  /// Throws what `ask_all` throws, to all that were asked together.
  std::optional<Answer> ask(Question question, std::chrono::milliseconds patience) {
    Waiting mine{std::move(question)};
    std::unique_lock lock(mutex_);
    if (free_ > 0) {
      --free_;
      lead(mine, lock);
    } else {
      waiting_.push_back(&mine);
      const auto called = [&mine] { return mine.state == State::answered || mine.state == State::leads; };
      if (!mine.changed.wait_for(lock, patience, called) && mine.state == State::waits) {
        std::erase(waiting_, &mine);
        return std::nullopt;
      }
      mine.changed.wait(lock, called);  // somebody is on his way with it
      if (mine.state == State::leads) lead(mine, lock);
    }
    if (mine.failure) std::rethrow_exception(mine.failure);
    return std::move(mine.answer);
  }

 private:
  enum class State { waits, taken, leads, answered };
  struct Waiting {
    Question question;
    std::optional<Answer> answer{};
    std::exception_ptr failure;
    State state = State::waits;
    std::condition_variable changed;
  };

  /// Asks for itself and for others, then hands on to one of those that came meanwhile.
  void lead(Waiting& mine, std::unique_lock<std::mutex>& lock) {
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most_ - 1));
    std::vector<Waiting*> together(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    for (auto* each : together) each->state = State::taken;
    together.push_back(&mine);
    lock.unlock();
    try {
      std::vector<Question> questions;
      for (auto* each : together) questions.push_back(each->question);
      auto answers = ask_all_(questions);
      for (std::size_t i = 0; i < together.size(); ++i) together[i]->answer = std::move(answers.at(i));
    } catch (...) {
      for (auto* each : together) each->failure = std::current_exception();
    }
    lock.lock();
    if (waiting_.empty()) {
      ++free_;
    } else {
      tell(*waiting_.front(), State::leads);
      waiting_.erase(waiting_.begin());
    }
    for (auto* each : together) tell(*each, State::answered);
  }

  /// With the lock: who is told may be gone right after.
  static void tell(Waiting& waiting, State state) {
    waiting.state = state;
    waiting.changed.notify_one();
  }

  const AskAll ask_all_;
  const std::size_t most_;
  std::mutex mutex_;
  std::size_t free_;
  std::vector<Waiting*> waiting_;
};

}  // namespace pizza::core
