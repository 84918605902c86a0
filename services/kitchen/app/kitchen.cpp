#include "kitchen/app/kitchen.hpp"

#include <algorithm>
#include <utility>

#include "core/ids.hpp"

namespace pizza::kitchen {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMaxHeld = 100'000;
constexpr std::size_t kMaxBatch = 500;
/// An order of a type this worker does not cook waits here before it goes back, so that it never spins.
constexpr milliseconds kParkingTime{1000};
/// A second message for an order that is being claimed waits here until the claim is settled, as a rule.
constexpr milliseconds kSettlingTime{100};
constexpr int kMaxParked = 100;

template <class Item>
typename core::Batcher<Item>::Limits step_limits(core::Pulse* pulse) {
  return {.threads = 1, .capacity = kMaxHeld, .max_batch = kMaxBatch, .pulses = {pulse}};
}

}  // namespace

Kitchen::Kitchen(Options options, Broker& broker, Observer& observer, Meter& meter,
                 const std::function<std::unique_ptr<StepStore>()>& make_store, std::function<void()> on_taken_over)
    : options_(std::move(options)),
      broker_(broker),
      observer_(observer),
      meter_(meter),
      on_taken_over_(std::move(on_taken_over)),
      finishes_(step_limits<Cooked>(options_.finishes),
                [this, make_store] {
                  return [this, store = std::shared_ptr<StepStore>(make_store())](std::vector<Cooked> orders) {
                    finish(*store, std::move(orders));
                  };
                }),
      claims_(step_limits<Turn>(options_.claims), [this, make_store] {
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
  if (!options_.types.contains(ticket.type)) return park(tag, kParkingTime);
  Turn turn{std::move(delivery), ticket.order_number, core::random_uuid()};
  auto arrival = Arrival::turn;
  {
    const std::lock_guard lock(mutex_);
    arrival = closing_ ? Arrival::refused : receive(turn);
  }
  const auto say_dropped = [&](const char* why) {
    observer_.dropped(turn.order_number, turn.delivery.request_id, why);
  };
  switch (arrival) {
    case Arrival::refused:
      return broker_.put_back(tag);
    case Arrival::early:
      return park(tag, kSettlingTime);
    case Arrival::adopted:
      return say_dropped("its message came back while it cooks here");
    case Arrival::duplicate:
      broker_.ack(tag);
      return say_dropped("it cooks here already");
    case Arrival::turn:
      break;
  }
  const auto turn_ref = ref(turn);
  if (!claims_.submit(std::move(turn))) put_back_later(turn_ref, next_pause());
}

/// A delivery and what is in hand. Only the same message over the same connection is known here to be a duplicate.
Kitchen::Arrival Kitchen::receive(const Turn& turn) {
  const auto tag = turn.delivery.tag;
  if (auto* same = hands_.of_message(turn)) {
    // Once its order is done it may be another order's message (docs/decisions/0011): wait for what comes of it.
    if (same->finishing) return Arrival::early;
    if (tag.generation > same->tag.generation) {
      // The same message over a new connection has come back: it stands for the order from now on.
      same->tag = tag;
      return Arrival::adopted;
    }
    return same->cooking ? Arrival::duplicate : Arrival::early;
  }
  const auto* other = hands_.of_order(turn.order_number);
  if (other == nullptr) {
    hands_.put(hold_of(turn));
    return Arrival::turn;
  }
  // Of two messages the claim may belong to the other: until that is known neither may be acknowledged.
  if (!other->cooking) return Arrival::early;
  // Only the database knows what it stands for: our claim may have been taken away and this be the message that was
  // sent for it, or another order have taken its turn. It is ruled on, out of hand.
  return Arrival::turn;
}

void Kitchen::refuse(const Delivery& delivery, const std::string& reason) {
  const auto tag = delivery.tag;
  observer_.dead_lettered(delivery, {}, reason);
  broker_.dead_letter(delivery, reason, [this, tag](bool confirmed) {
    if (confirmed) {
      meter_.dead_letter(DeadLetterCause::unreadable);
      return broker_.ack(tag);
    }
    timers_.at(steady_clock::now() + kParkingTime, [this, tag] { broker_.put_back(tag); });
  });
}

void Kitchen::cancel(const std::string& order_number) {
  std::optional<Hold> stopped;
  {
    const std::lock_guard lock(mutex_);
    auto* hold = hands_.of_order(order_number);
    if (hold == nullptr || !hold->cooking) {
      // A claim under way may have started it before it was cancelled.
      if (claiming_) cancelled_meanwhile_.insert(order_number);
      return;
    }
    hold->cancelled = true;
    // Whether it was done before it was cancelled is found out right now.
    if (hold->finishing) return;
    stopped = let_go({order_number, hold->claim, std::nullopt}, Ending::ack);
  }
  meter_.stepped(Step::cook, Outcome::cancelled, 1);
  observer_.cancelled(order_number, stopped->request_id);
}

void Kitchen::park(Tag tag, milliseconds pause) {
  int parked = 0;
  {
    const std::lock_guard lock(mutex_);
    parked = ++parked_;
  }
  broker_.allow_extra(std::min(parked, kMaxParked));
  timers_.at(steady_clock::now() + pause, [this, tag] {
    int left = 0;
    {
      const std::lock_guard lock(mutex_);
      left = --parked_;
    }
    broker_.allow_extra(std::min(left, kMaxParked));
    broker_.put_back(tag);
  });
}

Hold Kitchen::hold_of(const Turn& turn) {
  return {.order_number = turn.order_number,
          .claim = turn.claim,
          .tag = turn.delivery.tag,
          .named = turn.order_number,
          .message_id = turn.delivery.message_id,
          .request_id = turn.delivery.request_id,
          .since = steady_clock::now()};
}

void Kitchen::put_back_later(const Ref& turn, milliseconds pause) {
  timers_.at(steady_clock::now() + pause, [this, turn] {
    const std::lock_guard lock(mutex_);
    let_go(turn, Ending::put_back);
  });
}

std::optional<Hold> Kitchen::let_go(const Ref& turn, Ending ending) {
  const auto say = [&](Tag tag) { ending == Ending::ack ? broker_.ack(tag) : broker_.put_back(tag); };
  auto hold = hands_.take(turn.order_number, turn.claim);
  if (hands_.empty()) emptied_.notify_all();
  if (hold) {
    say(hold->tag);
  } else if (turn.alone && !abandoned_) {
    say(*turn.alone);
  }
  return hold;
}

void Kitchen::finish_work() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  for (;;) {
    const auto until = std::max(last_due_, steady_clock::now()) + options_.patience;
    if (hands_.empty() || emptied_.wait_until(lock, until, [this] { return hands_.empty(); })) return;
    if (steady_clock::now() >= last_due_ + options_.patience) return;
  }
}

void Kitchen::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  closing_ = true;
  hands_.clear();
  emptied_.notify_all();
}

std::size_t Kitchen::held() const {
  const std::lock_guard lock(mutex_);
  return hands_.size();
}

}  // namespace pizza::kitchen
