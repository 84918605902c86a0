#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "kitchen/app/kitchen.hpp"

namespace pizza::kitchen {

using namespace std::chrono_literals;

/// What happened, in order, as words: "ack 1.7", "started A". Thread-safe.
class Diary {
 public:
  void write(std::string entry) {
    const std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
    changed_.notify_all();
  }
  std::vector<std::string> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  std::size_t count(const std::string& entry) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(entries_, entry));
  }
  bool wait(const std::string& entry, std::size_t times = 1) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s,
                             [&] { return static_cast<std::size_t>(std::ranges::count(entries_, entry)) >= times; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> entries_;
};

inline std::string text(Tag tag) { return std::to_string(tag.generation) + "." + std::to_string(tag.number); }

class FakeBroker final : public Broker {
 public:
  explicit FakeBroker(Diary& diary) : diary_(diary) {}
  void ack(Tag tag) override { diary_.write("ack " + text(tag)); }
  void put_back(Tag tag) override { diary_.write("put back " + text(tag)); }
  void allow_extra(int extra) override { diary_.write("extra " + std::to_string(extra)); }
  void dead_letter(const Delivery& delivery, const std::string& reason, std::function<void(bool)> done) override {
    diary_.write("dead letter " + text(delivery.tag) + ": " + reason);
    done(confirms);
  }

  bool confirms = true;

 private:
  Diary& diary_;
};

class FakeObserver final : public Observer {
 public:
  explicit FakeObserver(Diary& diary) : diary_(diary) {}
  void started(const std::string& asked_for, const Claimed& claimed) override {
    const auto& number = claimed.order_number;
    diary_.write((claimed.kind == Claimed::Kind::resumed ? "resumed " : "started ") + number +
                 (number == asked_for ? "" : " for " + asked_for));
  }
  void dropped(const std::string& number, const std::string& /*request_id*/, const std::string& /*why*/) override {
    diary_.write("dropped " + number);
  }
  void finished(const std::string& number, const std::string& request_id, std::chrono::milliseconds /*took*/) override {
    diary_.write("finished " + number + " of " + request_id);
  }
  void cancelled(const std::string& number, const std::string& request_id) override {
    diary_.write("cancelled " + number + " of " + request_id);
  }
  void failed(const std::string& number, const std::string& /*request_id*/, const std::string& /*what*/,
              const std::exception& /*cause*/) override {
    diary_.write("failed " + number);
  }
  void dead_lettered(const Delivery& /*delivery*/, const std::string& number, const std::string& reason) override {
    diary_.write("dead lettered " + number + ": " + reason);
  }

 private:
  Diary& diary_;
};

/// What was counted and measured, as words: "claim started".
class FakeMeter final : public Meter {
 public:
  explicit FakeMeter(Diary& diary) : diary_(diary) {}
  void stepped(Step step, Outcome outcome, std::size_t orders) override {
    static const std::map<Step, std::string> steps{
        {Step::claim, "claim"}, {Step::cook, "cook"}, {Step::finish, "finish"}};
    static const std::map<Outcome, std::string> outcomes{
        {Outcome::started, "started"},         {Outcome::resumed, "resumed"}, {Outcome::dropped, "dropped"},
        {Outcome::dead_letter, "dead letter"}, {Outcome::done, "done"},       {Outcome::lost, "lost"},
        {Outcome::cancelled, "cancelled"},     {Outcome::refused, "refused"}, {Outcome::unavailable, "unavailable"}};
    for (std::size_t i = 0; i < orders; ++i) diary_.write(steps.at(step) + " " + outcomes.at(outcome));
  }
  void waited(domain::OrderType /*type*/, std::chrono::milliseconds time) override {
    diary_.write("waited " + std::to_string(time.count()));
  }
  void passed(const Finished& order) override { diary_.write("worked " + std::to_string(order.worked->count())); }
  void dead_letter(DeadLetterCause cause) override {
    diary_.write("dead letter " + std::to_string(static_cast<int>(cause)));
  }

 private:
  Diary& diary_;
};

/// What the database would say; a test sets the answers before, or from another thread under `mutex`.
struct Script {
  explicit Script(Diary& its_diary) : diary(its_diary) {}

  Diary& diary;
  std::mutex mutex;
  std::condition_variable opened;
  bool closed = false;  ///< claims wait until it is opened
  std::chrono::milliseconds cooking{0};
  std::map<std::string, Claimed::Kind> kinds;
  std::map<std::string, std::string> swaps;  ///< which order takes whose turn
  std::map<std::string, Finished::Kind> finishes;
  /// Called with each order of a step; throws what the step shall throw.
  std::function<void(const std::string& step, const std::string& order_number)> trouble;

  void open() {
    const std::lock_guard lock(mutex);
    closed = false;
    opened.notify_all();
  }
  void change(const std::function<void()>& how) {
    const std::lock_guard lock(mutex);
    how();
  }
};

class FakeStore final : public StepStore {
 public:
  explicit FakeStore(Script& script) : script_(script) {}

  std::vector<Claimed> claim(std::span<const Turn> turns) override {
    script_.diary.write("claiming");
    std::unique_lock lock(script_.mutex);
    script_.opened.wait(lock, [this] { return !script_.closed; });
    std::vector<Claimed> answers;
    for (const auto& turn : turns) ask("claim", turn.order_number);
    for (const auto& turn : turns) {
      const auto found = script_.kinds.find(turn.order_number);
      const auto kind = found == script_.kinds.end() ? Claimed::Kind::started : found->second;
      const auto swap = script_.swaps.find(turn.order_number);
      answers.push_back({.kind = kind,
                         .order_number = swap == script_.swaps.end() ? turn.order_number : swap->second,
                         .cooking = script_.cooking});
    }
    return answers;
  }
  std::vector<Finished> finish(std::span<const Cooked> orders) override {
    const std::lock_guard lock(script_.mutex);
    std::vector<Finished> answers;
    for (const auto& order : orders) ask("finish", order.order_number);
    for (const auto& order : orders) {
      const auto found = script_.finishes.find(order.order_number);
      answers.push_back(
          {.kind = found == script_.finishes.end() ? Finished::Kind::done : found->second, .worked = script_.cooking});
      script_.diary.write("wrote " + order.order_number);
    }
    return answers;
  }
  void record_failure(const std::string& order_number, const std::string& reason) override {
    script_.diary.write("recorded " + order_number + ": " + reason);
  }

 private:
  void ask(const std::string& step, const std::string& order_number) const {
    if (script_.trouble) script_.trouble(step, order_number);
  }

  Script& script_;
};

}  // namespace pizza::kitchen
