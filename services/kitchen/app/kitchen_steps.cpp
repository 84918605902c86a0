#include <algorithm>
#include <iterator>
#include <utility>

#include "kitchen/app/claim_rule.hpp"
#include "kitchen/app/kitchen.hpp"

// What the two database threads of a kitchen do.

namespace pizza::kitchen {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

void Kitchen::claim(StepStore& store, std::vector<Turn> turns) {
  {
    const std::lock_guard lock(mutex_);
    claiming_ = true;
  }
  claim_batch(store, std::move(turns));
  const std::lock_guard lock(mutex_);
  claiming_ = false;
  cancelled_meanwhile_.clear();
}

void Kitchen::claim_batch(StepStore& store, std::vector<Turn> turns) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      for (const auto& turn : turns) let_go(ref(turn), Ending::put_back);
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
    if (turns.size() == 1) return fail(store, Step::claim, ref(turns.front()), cause);
    one_by_one(Step::claim, std::move(turns), cause,
               [&](std::vector<Turn> one) { claim_batch(store, std::move(one)); });
  } catch (const std::exception& cause) {
    step_unavailable(Step::claim, turns, cause);
  }
}

/// Only the culprit shall fail. If it takes too long (the database went away meanwhile) it is not a matter of single
/// orders.
template <class Item, class Take>
void Kitchen::one_by_one(Step step, std::vector<Item> items, const std::exception& cause, const Take& take) {
  const auto until = core::after(options_.split_patience);
  for (auto next = items.begin(); next != items.end(); ++next) {
    if (std::chrono::steady_clock::now() >= until) {
      return step_unavailable(step, std::vector<Item>(std::move_iterator(next), std::move_iterator(items.end())),
                              cause);
    }
    std::vector<Item> one;
    one.push_back(std::move(*next));
    take(std::move(one));
  }
}

void Kitchen::settle(const Turn& turn, const Claimed& claimed) {
  switch (claimed.kind) {
    case Claimed::Kind::started:
      meter_.stepped(Step::claim, Outcome::started, 1);
      if (claimed.waited) meter_.waited(claimed.type, *claimed.waited);
      return cook(turn, claimed);
    case Claimed::Kind::resumed:
      meter_.stepped(Step::claim, Outcome::resumed, 1);
      return cook(turn, claimed);
    case Claimed::Kind::dropped:
      meter_.stepped(Step::claim, Outcome::dropped, 1);
      observer_.dropped(turn.order_number, turn.delivery.request_id, "someone else has it, or it is past this station");
      return drop(turn);
    case Claimed::Kind::unknown_order:
      return dead_letter(turn, DeadLetterCause::unknown_order, "there is no order " + turn.order_number);
    case Claimed::Kind::exhausted:
      return dead_letter(
          turn, DeadLetterCause::exhausted,
          "processing order " + turn.order_number + " failed " + std::to_string(kMaxAttempts) + " times");
  }
}

void Kitchen::dead_letter(const Turn& turn, DeadLetterCause cause, const std::string& reason) {
  meter_.stepped(Step::claim, Outcome::dead_letter, 1);
  observer_.dead_lettered(turn.delivery, turn.order_number, reason);
  broker_.dead_letter(turn.delivery, reason, [this, cause, turn = ref(turn)](bool confirmed) {
    if (!confirmed) return put_back_later(turn, next_pause());
    meter_.dead_letter(cause);
    const std::lock_guard lock(mutex_);
    let_go(turn, Ending::ack);
  });
}

void Kitchen::cook(const Turn& turn, const Claimed& claimed) {
  const auto& number = claimed.order_number;
  const auto due = claimed.began + claimed.cooking;
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return;
    auto hold = hands_.take(turn.order_number, turn.claim).value_or(hold_of(turn));
    hold.order_number = number;
    hold.cooking = true;
    if (!claimed.request_id.empty()) hold.request_id = claimed.request_id;
    // Another message that waits to be ruled on is told then that it is a duplicate; one that was ruled on already
    // has lost the claim to this one and is seen by nobody any more.
    if (const auto* other = hands_.of_order(number); other != nullptr && other->cooking) broker_.put_back(other->tag);
    hands_.put(std::move(hold));
    last_due_ = std::max(last_due_, due);
    cancelled = cancelled_meanwhile_.contains(number);
  }
  observer_.started(turn.order_number, claimed);
  if (cancelled) return cancel(number);
  timers_.at(due, [this, order = Cooked{number, turn.claim}] { time_over(order); });
}

void Kitchen::time_over(const Cooked& order) {
  {
    const std::lock_guard lock(mutex_);
    auto* hold = hands_.of_turn(order.order_number, order.claim);
    if (hold == nullptr) return;
    hold->finishing = true;
  }
  if (!finishes_.submit(Cooked{order})) put_back_later(ref(order), next_pause());
}

/// A turn that was ruled a duplicate. If its message came back since, the ruling was on the delivery before: look
/// again.
void Kitchen::drop(const Turn& turn) {
  const std::lock_guard lock(mutex_);
  const auto* hold = hands_.of_turn(turn.order_number, turn.claim);
  const bool came_back = hold != nullptr && hold->tag != turn.delivery.tag;
  let_go(ref(turn), came_back ? Ending::put_back : Ending::ack);
}

void Kitchen::finish(StepStore& store, std::vector<Cooked> orders) {
  try {
    const auto finished = store.finish(orders);
    for (std::size_t i = 0; i < orders.size(); ++i) settle(orders[i], finished[i]);
    step_succeeded();
  } catch (const TakenOver&) {
    taken_over();
  } catch (const StepRefused& cause) {
    if (orders.size() == 1) return fail(store, Step::finish, ref(orders.front()), cause);
    one_by_one(Step::finish, std::move(orders), cause, [&](std::vector<Cooked> one) { finish(store, std::move(one)); });
  } catch (const std::exception& cause) {
    step_unavailable(Step::finish, orders, cause);
  }
}

void Kitchen::settle(const Cooked& order, const Finished& finished) {
  const auto& number = order.order_number;
  const bool lost = finished.kind == Finished::Kind::lost;
  if (!lost) {
    meter_.stepped(Step::finish, Outcome::done, 1);
    meter_.passed(finished);
  }
  std::optional<Hold> hold;
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    const auto* held = hands_.of_turn(number, order.claim);
    if (held == nullptr) return;
    cancelled = held->cancelled && lost;
    // Without a claim its message may have come back here meanwhile, and be the only one: whoever gets it next looks
    // again.
    hold = let_go(ref(order), lost && !cancelled ? Ending::put_back : Ending::ack);
  }
  if (lost) meter_.stepped(Step::finish, cancelled ? Outcome::cancelled : Outcome::lost, 1);
  if (cancelled) return observer_.cancelled(number, hold->request_id);
  if (lost) return observer_.dropped(number, hold->request_id, "its claim was lost meanwhile");
  observer_.finished(number, hold->request_id,
                     std::chrono::duration_cast<milliseconds>(steady_clock::now() - hold->since));
}

/// The order itself is at fault: count it, and let the message come again until the count is full.
void Kitchen::fail(StepStore& store, Step step, const Ref& turn, const StepRefused& cause) {
  meter_.stepped(step, Outcome::refused, 1);
  const auto& number = cause.order_number().empty() ? turn.order_number : cause.order_number();
  observer_.failed(number, request_id_of(number), "Processing the order failed", cause);
  try {
    store.record_failure(number, cause.what());
  } catch (const std::exception& error) {
    observer_.failed(number, request_id_of(number), "The failure could not be recorded", error);
  }
  put_back_later(turn, next_pause());
}

template <class Item>
void Kitchen::step_unavailable(Step step, const std::vector<Item>& items, const std::exception& cause) {
  meter_.stepped(step, Outcome::unavailable, items.size());
  const auto& first = items.front().order_number;
  observer_.failed(first, request_id_of(first),
                   std::to_string(items.size()) + " orders go back to their queue: a step could not be written", cause);
  const auto pause = next_pause();
  for (const auto& item : items) put_back_later(ref(item), pause);
}

void Kitchen::step_succeeded() {
  const std::lock_guard lock(mutex_);
  backoff_.reset();
}

milliseconds Kitchen::next_pause() {
  const std::lock_guard lock(mutex_);
  return closing_ ? milliseconds{0} : backoff_.next();
}

std::string Kitchen::request_id_of(const std::string& order_number) {
  const std::lock_guard lock(mutex_);
  const auto* hold = hands_.of_order(order_number);
  return hold == nullptr ? std::string{} : hold->request_id;
}

void Kitchen::taken_over() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(abandoned_, true)) return;
    closing_ = true;
    hands_.clear();
  }
  emptied_.notify_all();
  on_taken_over_();
}

}  // namespace pizza::kitchen
