#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/backoff.hpp"
#include "core/batcher.hpp"
#include "core/timers.hpp"
#include "domain/order.hpp"
#include "kitchen/app/broker.hpp"
#include "kitchen/app/hands.hpp"
#include "kitchen/app/meter.hpp"
#include "kitchen/app/observer.hpp"
#include "kitchen/app/step_store.hpp"

namespace pizza::kitchen {

/// All the orders one worker holds, each from its delivery to its acknowledgement:
///
///     delivered → claiming ─started─> cooking ─time over─> finishing → acknowledged
///                    └ duplicate: acknowledged     every step that fails: put back after a pause, and it comes again
///
/// Which order a turn is for is said by the database: an order of higher precedence may take it.
/// Cooking is a timer, not a thread; claims and finishes are committed in groups. Thread-safe.
class Kitchen {
 public:
  struct Options {
    std::set<domain::OrderType> types;           ///< what this worker works at
    std::chrono::milliseconds patience{30'000};  ///< `shutdown_timeout`, beyond what still has to cook
    /// A refused batch is tried one by one for so long; what is left then goes back to its queue.
    std::chrono::milliseconds split_patience{20'000};
    core::Pulse* timers = &core::Pulse::unwatched();
    core::Pulse* claims = &core::Pulse::unwatched();
    core::Pulse* finishes = &core::Pulse::unwatched();
  };

  /// `make_store` is called once on each database thread. `on_taken_over` is called at most once.
  Kitchen(Options options, Broker& broker, Observer& observer, Meter& meter,
          const std::function<std::unique_ptr<StepStore>()>& make_store, std::function<void()> on_taken_over);
  ~Kitchen();
  Kitchen(const Kitchen&) = delete;
  Kitchen& operator=(const Kitchen&) = delete;

  /// What a delivery says of its order.
  struct Ticket {
    std::string order_number;
    domain::OrderType type = domain::OrderType::takeout;
  };
  /// Takes a delivery that asks for an order; never blocks.
  void take(Delivery delivery, const Ticket& ticket);
  /// A message that can never be cooked: to the dead letters, then acknowledged.
  void refuse(const Delivery& delivery, const std::string& reason);
  /// The order was cancelled, and that is committed: work on it stops at once and its place is free. Nothing happens
  /// if this worker does not work at it. Never blocks. What is not heard of here is found when its time is over.
  void cancel(const std::string& order_number);

  /// Starts nothing more, puts back what is not cooking yet, and waits until what cooks is done; bounded by what is
  /// left to cook plus `patience`. No delivery may arrive any more.
  void finish_work();
  /// Drops everything at once, without a write: the name is somebody else's.
  void abandon();
  std::size_t held() const;

 private:
  enum class Ending { ack, put_back };
  /// A turn by which the kitchen finds its delivery again, and its tag in case it is not in hand any more.
  struct Ref {
    std::string order_number;
    std::string claim;
    std::optional<Tag> alone;
  };
  /// What a delivery is to a worker that may have the order or the message in hand.
  enum class Arrival {
    turn,       ///< to be ruled on
    adopted,    ///< the message in hand, over a new connection
    duplicate,  ///< stands for nothing
    early,      ///< what it stands for is being settled
    refused,    ///< the worker stops
  };
  static Ref ref(const Turn& turn) { return {turn.order_number, turn.claim, turn.delivery.tag}; }
  static Ref ref(const Cooked& order) { return {order.order_number, order.claim, std::nullopt}; }

  void claim(StepStore& store, std::vector<Turn> turns);
  void claim_batch(StepStore& store, std::vector<Turn> turns);
  void settle(const Turn& turn, const Claimed& claimed);
  void cook(const Turn& turn, const Claimed& claimed);
  void time_over(const Cooked& order);
  void dead_letter(const Turn& turn, DeadLetterCause cause, const std::string& reason);
  void drop(const Turn& turn);
  void finish(StepStore& store, std::vector<Cooked> orders);
  void settle(const Cooked& order, const Finished& finished);
  void fail(StepStore& store, Step step, const Ref& turn, const StepRefused& cause);
  template <class Item, class Take>
  void one_by_one(Step step, std::vector<Item> items, const std::exception& cause, const Take& take);
  template <class Item>
  void step_unavailable(Step step, const std::vector<Item>& items, const std::exception& cause);
  void park(Tag tag, std::chrono::milliseconds pause);
  static Hold hold_of(const Turn& turn);
  void step_succeeded();
  std::chrono::milliseconds next_pause();
  void put_back_later(const Ref& turn, std::chrono::milliseconds pause);
  /// With the mutex held, both.
  Arrival receive(const Turn& turn);
  std::optional<Hold> let_go(const Ref& turn, Ending ending);
  std::string request_id_of(const std::string& order_number);
  void taken_over();

  const Options options_;
  Broker& broker_;
  Observer& observer_;
  Meter& meter_;
  std::function<void()> on_taken_over_;

  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  Hands hands_;
  bool claiming_ = false;                      // a claim is under way
  std::set<std::string> cancelled_meanwhile_;  // orders it may turn out to have started
  std::chrono::steady_clock::time_point last_due_;
  core::Backoff backoff_{std::chrono::milliseconds{250}};
  int parked_ = 0;
  bool closing_ = false;
  bool abandoned_ = false;

  core::Timers timers_{*options_.timers};
  core::Batcher<Cooked> finishes_;
  core::Batcher<Turn> claims_;
};

}  // namespace pizza::kitchen
