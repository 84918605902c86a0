#include "notifier/app/lane.hpp"

#include <random>
#include <utility>

namespace pizza::notifier {
namespace {

double chance() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution<>{0, 1}(engine);
}

}  // namespace

Lane::Lane(Options options, Endpoint& endpoint, LaneListener& listener)
    : options_(options), endpoint_(endpoint), listener_(listener) {
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

Lane::~Lane() { stop(std::chrono::steady_clock::now()); }

bool Lane::enqueue(core::Deadline when, Job& job, bool is_new) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || (is_new && waiting_.size() >= options_.capacity)) return false;
    waiting_.emplace(when, std::move(job));
  }
  changed_.notify_one();
  return true;
}

void Lane::submit(SharedMessage message) {
  const auto now = std::chrono::steady_clock::now();
  Job job{.message = std::move(message), .give_up = now + options_.patience};
  if (enqueue(now, job, true)) return;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    full = !stopping_;
  }
  job.last.cause = "too many notifications wait for this endpoint already";
  listener_.ended(job.message, full ? Ending::failed : Ending::handed_back, job.last, 0);
}

void Lane::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopping_) return;
    if (waiting_.empty()) {
      changed_.wait(lock);
    } else if (const auto when = waiting_.begin()->first; when > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, when);
    } else {
      auto job = std::move(waiting_.extract(waiting_.begin()).mapped());
      ++running_;
      lock.unlock();
      attempt(std::move(job));
      lock.lock();
      --running_;
      changed_.notify_all();
    }
  }
}

void Lane::attempt(Job job) {
  if (std::chrono::steady_clock::now() >= job.give_up) {
    if (job.attempts == 0) job.last.cause = "it waited too long behind others for this endpoint";
    return listener_.ended(job.message, Ending::failed, job.last, job.attempts);
  }
  job.last = endpoint_.post(*job.message, breaking_off_.get_token());
  ++job.attempts;
  if (job.last.delivered()) return listener_.ended(job.message, Ending::delivered, job.last, job.attempts);
  const auto delay = options_.rule.delay_after(job.attempts, job.last, chance());
  const auto next = std::chrono::steady_clock::now() + delay.value_or(std::chrono::milliseconds{0});
  if (breaking_off_.stop_requested()) return listener_.ended(job.message, Ending::handed_back, job.last, job.attempts);
  if (!delay || next >= job.give_up) return listener_.ended(job.message, Ending::failed, job.last, job.attempts);
  listener_.retried(*job.message, job.last, job.attempts, *delay);
  if (!enqueue(next, job, false)) listener_.ended(job.message, Ending::handed_back, job.last, job.attempts);
}

void Lane::begin_stop() {
  Queue handed_back;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    handed_back.swap(waiting_);
  }
  changed_.notify_all();
  for (const auto& [when, job] : handed_back) {
    listener_.ended(job.message, Ending::handed_back, job.last, job.attempts);
  }
}

void Lane::stop(core::Deadline deadline) {
  begin_stop();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return running_ == 0; });
  }
  breaking_off_.request_stop();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace pizza::notifier
