#include "kitchen/app/kitchen.hpp"

#include <algorithm>
#include <utility>

#include "core/ids.hpp"
#include "kitchen/app/claim_rule.hpp"

namespace pizza::kitchen {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxHeld = 100'000;
constexpr std::size_t kMaxBatch = 500;
/// An order of a type this worker does not cook waits here before it goes back, so that it never spins.
constexpr milliseconds kParkingTime{1000};
constexpr int kMaxParked = 100;

template <class Item>
typename core::Batcher<Item>::Limits step_limits() {
  return {.threads = 1, .capacity = kMaxHeld, .max_batch = kMaxBatch};
}

}  // namespace

Kitchen::Kitchen(Options options, Broker& broker, Observer& observer,
                 std::function<std::unique_ptr<StepStore>()> make_store, std::function<void()> on_taken_over)
    : options_(std::move(options)),
      broker_(broker),
      observer_(observer),
      on_taken_over_(std::move(on_taken_over)),
      finishes_(step_limits<Cooked>(),
                [this, make_store] {
                  return [this, store = std::shared_ptr<StepStore>(make_store())](std::vector<Cooked> orders) {
                    finish(*store, std::move(orders));
                  };
                }),
      claims_(step_limits<Turn>(), [this, make_store] {
        return [this, store = std::shared_ptr<StepStore>(make_store())](std::vector<Turn> turns) {
          claim(*store, std::move(turns));
        };
      }) {}

Kitchen::~Kitchen() {
  abandon();
  timers_.stop();
  claims_.stop();
  finishes_.stop();
}

void Kitchen::take(Delivery delivery, const Ticket& ticket) {
  const auto tag = delivery.tag;
  if (!options_.types.contains(ticket.type)) return park(tag);
  Turn turn{std::move(delivery), ticket.order_number, core::random_uuid()};
  {
    std::unique_lock lock(mutex_);
    if (closing_) {
      lock.unlock();
      return broker_.put_back(tag);
    }
    const auto [found, is_new] = held_.try_emplace(turn.order_number, Held{.tag = tag,
                                                                           .message_id = turn.delivery.message_id,
                                                                           .request_id = turn.delivery.request_id,
                                                                           .since = steady_clock::now()});
    if (!is_new) {
      auto& ours = found->second;
      // The same message over a new connection has come back: it stands for the order from now on.
      const bool came_back = tag.generation > ours.tag.generation && turn.delivery.message_id == ours.message_id;
      if (came_back) ours.tag = tag;
      const bool claimed = ours.claimed;
      lock.unlock();
      // Of two messages the claim may belong to the other: until that is known neither may be acknowledged.
      if (!came_back && !claimed) return park(tag);
      if (!came_back) broker_.ack(tag);
      return observer_.dropped(turn.order_number, turn.delivery.request_id,
                               came_back ? "its message came back while it cooks here" : "it cooks here already");
    }
  }
  const auto number = turn.order_number;
  if (!claims_.submit(std::move(turn))) put_back_later(number, next_pause());
}

void Kitchen::refuse(Delivery delivery, const std::string& reason) {
  const auto tag = delivery.tag;
  observer_.dead_lettered(delivery, {}, reason);
  broker_.dead_letter(delivery, reason, [this, tag](bool confirmed) {
    if (confirmed) return broker_.ack(tag);
    timers_.at(steady_clock::now() + kParkingTime, [this, tag] { broker_.put_back(tag); });
  });
}

void Kitchen::claim(StepStore& store, std::vector<Turn> turns) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      for (const auto& turn : turns) {
        if (const auto held = held_.extract(turn.order_number)) broker_.put_back(held.mapped().tag);
      }
      emptied_.notify_all();
      return;
    }
  }
  try {
    const auto claimed = store.claim(turns);
    for (std::size_t i = 0; i < turns.size(); ++i) settle(turns[i], claimed[i]);
    step_succeeded();
  } catch (const TakenOver&) {
    taken_over();
  } catch (const StepRefused& cause) {
    if (turns.size() == 1) return fail(store, turns.front().order_number, cause);
    // Only the culprit shall fail.
    for (auto& turn : turns) {
      std::vector<Turn> one;
      one.push_back(std::move(turn));
      claim(store, std::move(one));
    }
  } catch (const std::exception& cause) {
    std::vector<std::string> numbers;
    for (const auto& turn : turns) numbers.push_back(turn.order_number);
    step_unavailable(numbers, cause);
  }
}

void Kitchen::settle(Turn& turn, const Claimed& claimed) {
  const auto& number = turn.order_number;
  const auto dead_letter = [&](const std::string& reason) {
    observer_.dead_lettered(turn.delivery, number, reason);
    broker_.dead_letter(turn.delivery, reason, [this, number](bool confirmed) {
      if (confirmed) {
        acknowledge(number);
      } else {
        put_back_later(number, next_pause());
      }
    });
  };
  switch (claimed.kind) {
    case Claimed::Kind::started:
    case Claimed::Kind::resumed:
      observer_.started(number, claimed);
      return cook(number, turn.claim, claimed.cooking);
    case Claimed::Kind::dropped:
      observer_.dropped(number, turn.delivery.request_id, "someone else has it, or it is past cooking");
      return drop(number, turn.delivery.tag);
    case Claimed::Kind::unknown_order:
      return dead_letter("there is no order " + number);
    case Claimed::Kind::exhausted:
      return dead_letter("processing order " + number + " failed " + std::to_string(kMaxAttempts) + " times");
  }
}

void Kitchen::cook(const std::string& order_number, const std::string& claim, milliseconds time) {
  const auto due = steady_clock::now() + time;
  {
    const std::lock_guard lock(mutex_);
    last_due_ = std::max(last_due_, due);
    if (const auto held = held_.find(order_number); held != held_.end()) held->second.claimed = true;
  }
  timers_.at(due, [this, order_number, claim] {
    if (!finishes_.submit({order_number, claim})) put_back_later(order_number, next_pause());
  });
}

void Kitchen::finish(StepStore& store, std::vector<Cooked> orders) {
  try {
    const auto finished = store.finish(orders);
    for (std::size_t i = 0; i < orders.size(); ++i) settle(orders[i], finished[i]);
    step_succeeded();
  } catch (const TakenOver&) {
    taken_over();
  } catch (const StepRefused& cause) {
    if (orders.size() == 1) return fail(store, orders.front().order_number, cause);
    for (auto& order : orders) finish(store, {std::move(order)});
  } catch (const std::exception& cause) {
    std::vector<std::string> numbers;
    for (const auto& order : orders) numbers.push_back(order.order_number);
    step_unavailable(numbers, cause);
  }
}

void Kitchen::settle(const Cooked& order, Finished finished) {
  const auto& number = order.order_number;
  if (finished == Finished::lost) {
    // Its message may have come back here meanwhile, and be the only one: whoever gets it next looks again.
    observer_.dropped(number, request_id_of(number), "its claim was lost while it cooked");
    return release(number);
  }
  if (const auto held = acknowledge(number)) {
    observer_.finished(number, held->request_id,
                       std::chrono::duration_cast<milliseconds>(steady_clock::now() - held->since));
  }
}

/// The order itself is at fault: count it, and let its message come again until the count is full.
void Kitchen::fail(StepStore& store, const std::string& order_number, const StepRefused& cause) {
  observer_.failed(order_number, request_id_of(order_number), "Processing the order failed", cause);
  try {
    store.record_failure(order_number, cause.what());
  } catch (const std::exception& error) {
    observer_.failed(order_number, request_id_of(order_number), "The failure could not be recorded", error);
  }
  put_back_later(order_number, next_pause());
}

void Kitchen::step_unavailable(const std::vector<std::string>& order_numbers, const std::exception& cause) {
  observer_.failed(order_numbers.front(), request_id_of(order_numbers.front()),
                   std::to_string(order_numbers.size()) + " orders go back to their queue: a step could not be written",
                   cause);
  const auto pause = next_pause();
  for (const auto& number : order_numbers) put_back_later(number, pause);
}

void Kitchen::park(Tag tag) {
  int parked = 0;
  {
    const std::lock_guard lock(mutex_);
    parked = ++parked_;
  }
  broker_.allow_extra(std::min(parked, kMaxParked));
  timers_.at(steady_clock::now() + kParkingTime, [this, tag] {
    int left = 0;
    {
      const std::lock_guard lock(mutex_);
      left = --parked_;
    }
    broker_.allow_extra(std::min(left, kMaxParked));
    broker_.put_back(tag);
  });
}

void Kitchen::step_succeeded() {
  const std::lock_guard lock(mutex_);
  backoff_.reset();
}

milliseconds Kitchen::next_pause() {
  const std::lock_guard lock(mutex_);
  return closing_ ? milliseconds{0} : backoff_.next();
}

void Kitchen::put_back_later(const std::string& order_number, milliseconds pause) {
  timers_.at(steady_clock::now() + pause, [this, order_number] { release(order_number); });
}

std::optional<Kitchen::Held> Kitchen::acknowledge(const std::string& order_number) {
  const std::lock_guard lock(mutex_);
  auto held = held_.extract(order_number);
  if (held_.empty()) emptied_.notify_all();
  if (!held) return std::nullopt;
  broker_.ack(held.mapped().tag);
  return std::move(held.mapped());
}

/// A turn that was ruled a duplicate. If its message came back since, the ruling was on the delivery before: look
/// again.
void Kitchen::drop(const std::string& order_number, Tag ruled_on) {
  {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(order_number);
    if (held == held_.end()) return;
    if (held->second.tag == ruled_on) {
      broker_.ack(ruled_on);
      held_.erase(held);
      if (held_.empty()) emptied_.notify_all();
      return;
    }
  }
  release(order_number);
}

void Kitchen::release(const std::string& order_number) {
  const std::lock_guard lock(mutex_);
  if (const auto held = held_.extract(order_number)) broker_.put_back(held.mapped().tag);
  if (held_.empty()) emptied_.notify_all();
}

std::string Kitchen::request_id_of(const std::string& order_number) const {
  const std::lock_guard lock(mutex_);
  const auto held = held_.find(order_number);
  return held == held_.end() ? std::string{} : held->second.request_id;
}

void Kitchen::taken_over() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(abandoned_, true)) return;
    closing_ = true;
    held_.clear();
  }
  emptied_.notify_all();
  on_taken_over_();
}

void Kitchen::finish_work() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  for (;;) {
    const auto until = std::max(last_due_, steady_clock::now()) + options_.patience;
    if (held_.empty() || emptied_.wait_until(lock, until, [this] { return held_.empty(); })) return;
    if (steady_clock::now() >= last_due_ + options_.patience) return;
  }
}

void Kitchen::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  closing_ = true;
  held_.clear();
  emptied_.notify_all();
}

std::size_t Kitchen::held() const {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

}  // namespace pizza::kitchen
