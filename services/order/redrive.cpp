#include "order/redrive.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "host/dependencies.hpp"
#include "order/adapters/dead_letter_sql.hpp"

namespace pizza::order {
namespace {

using messaging::Outcome;

/// The publisher answers what it accepted, after its confirm timeout at the latest; this is for its thread to do so.
constexpr std::chrono::seconds kAnswers{30};

/// Outcomes as they come, on the publisher's thread. Shared with it: an answer may come after nobody waits any more.
class Answers {
 public:
  explicit Answers(std::size_t count) : outcomes_(count, Outcome::unknown) {}

  void expect() {
    const std::lock_guard lock(mutex_);
    ++open_;
  }
  void answer(std::size_t index, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    outcomes_[index] = outcome;
    --open_;
    changed_.notify_all();
  }
  std::vector<Outcome> wait(core::Deadline deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return open_ == 0; });
    return outcomes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Outcome> outcomes_;
  std::size_t open_ = 0;
};

Redrive::Result result_of(Outcome outcome, const std::string& queue) {
  switch (outcome) {
    case Outcome::confirmed:
      return {};
    case Outcome::returned:
      return {.reason = fmt::format("there is no queue '{}'", queue)};
    case Outcome::nacked:
      return {.reason = fmt::format("queue '{}' does not take it", queue)};
    case Outcome::unknown:
      break;
  }
  return {.reason = "RabbitMQ did not confirm it", .unknown = true};
}

}  // namespace

Redrive::Redrive(host::Context& context)
    : context_(context),
      publisher_({.endpoint = host::broker_endpoint(context, "redrive"),
                  .topology = {},
                  .on_change = host::broker_change_logger(context, "publisher", "to redrive dead letters")},
                 context.log) {
  host::start(context_, publisher_);
}

std::vector<Redrive::Result> Redrive::send(const std::vector<DeadLetter>& letters) {
  reset_attempts(letters);
  const auto answers = std::make_shared<Answers>(letters.size());
  std::vector<std::optional<std::string>> queues;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    queues.push_back(destination(letters[i]));
    if (!queues.back()) continue;
    answers->expect();
    const auto done = [answers, i](Outcome outcome) { answers->answer(i, outcome); };
    if (!publisher_.publish(redriven(letters[i], *queues.back()), done)) done(Outcome::unknown);
  }
  const auto outcomes = answers->wait(core::after(kAnswers));
  std::vector<Result> results;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    results.push_back(queues[i] ? result_of(outcomes[i], *queues[i])
                                : Result{.reason = "nothing says which queue it belongs into"});
  }
  return results;
}

void Redrive::reset_attempts(const std::vector<DeadLetter>& letters) {
  std::vector<std::string> numbers;
  for (const auto& letter : letters) {
    if (letter.order) numbers.push_back(letter.order->order_number);
  }
  if (numbers.empty()) return;
  if (!session_) session_.emplace(host::database_options(context_, "redrive"), context_.log);
  host::retry_database(context_,
                       [&] { session_->get().execute(sql::kResetAttempts, persistence::Params::of(numbers)); });
}

}  // namespace pizza::order
