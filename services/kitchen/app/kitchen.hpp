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
#include <unordered_map>
#include <vector>

#include "core/backoff.hpp"
#include "core/batcher.hpp"
#include "core/timers.hpp"
#include "domain/order.hpp"
#include "kitchen/app/broker.hpp"
#include "kitchen/app/step_store.hpp"

namespace pizza::kitchen {

/// What the kitchen tells of its work, for logs and metrics. Called on any thread; must not block or throw.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  virtual void started(const std::string& order_number, const Claimed& claimed) = 0;
  virtual void dropped(const std::string& order_number, const std::string& request_id, const std::string& why) = 0;
  virtual void finished(const std::string& order_number, const std::string& request_id,
                        std::chrono::milliseconds took) = 0;
  virtual void failed(const std::string& order_number, const std::string& request_id, const std::string& what,
                      const std::exception& cause) = 0;
  virtual void dead_lettered(const Delivery& delivery, const std::string& order_number, const std::string& reason) = 0;
};

/// All the orders one worker holds, each from its delivery to its acknowledgement:
///
///     delivered → claiming ─started─> cooking ─time over─> finishing → acknowledged
///                    └ duplicate: acknowledged     every step that fails: put back after a pause, and it comes again
///
/// Cooking is a timer, not a thread; claims and finishes are committed in groups. Thread-safe.
class Kitchen {
 public:
  struct Options {
    std::set<domain::OrderType> types;           ///< what this worker cooks
    std::chrono::milliseconds patience{30'000};  ///< `shutdown_timeout`, beyond what still has to cook
  };

  /// `make_store` is called once on each database thread. `on_taken_over` is called at most once.
  Kitchen(Options options, Broker& broker, Observer& observer, std::function<std::unique_ptr<StepStore>()> make_store,
          std::function<void()> on_taken_over);
  ~Kitchen();
  Kitchen(const Kitchen&) = delete;
  Kitchen& operator=(const Kitchen&) = delete;

  /// Takes a delivery; never blocks. `decoded` is its order number and type, or why it is no order message.
  struct Ticket {
    std::string order_number;
    domain::OrderType type = domain::OrderType::takeout;
  };
  void take(Delivery delivery, const Ticket& ticket);
  /// A message that can never be cooked: to the dead letters, then acknowledged.
  void refuse(Delivery delivery, const std::string& reason);

  /// Starts nothing more, puts back what is not cooking yet, and waits until what cooks is done; bounded by what is
  /// left to cook plus `patience`. No delivery may arrive any more.
  void finish_work();
  /// Drops everything at once, without a write: the name is somebody else's.
  void abandon();
  std::size_t held() const;

 private:
  struct Held {
    Tag tag;
    std::string message_id;
    std::string request_id;
    std::chrono::steady_clock::time_point since;
    bool claimed = false;  // by this message: whoever goes on with the order after us needs it back
  };

  void claim(StepStore& store, std::vector<Turn> turns);
  void settle(Turn& turn, const Claimed& claimed);
  void cook(const std::string& order_number, const std::string& claim, std::chrono::milliseconds time);
  void settle(const Cooked& order, Finished finished);
  void finish(StepStore& store, std::vector<Cooked> orders);
  void fail(StepStore& store, const std::string& order_number, const StepRefused& cause);
  void step_unavailable(const std::vector<std::string>& order_numbers, const std::exception& cause);
  void park(Tag tag);
  void step_succeeded();
  std::chrono::milliseconds next_pause();
  void put_back_later(const std::string& order_number, std::chrono::milliseconds pause);
  std::optional<Held> acknowledge(const std::string& order_number);
  void drop(const std::string& order_number, Tag ruled_on);
  void release(const std::string& order_number);
  std::string request_id_of(const std::string& order_number) const;
  void taken_over();

  const Options options_;
  Broker& broker_;
  Observer& observer_;
  std::function<void()> on_taken_over_;

  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::unordered_map<std::string, Held> held_;
  std::chrono::steady_clock::time_point last_due_{};
  core::Backoff backoff_{std::chrono::milliseconds{250}};
  int parked_ = 0;
  bool closing_ = false;
  bool abandoned_ = false;

  core::Timers timers_;
  core::Batcher<Cooked> finishes_;
  core::Batcher<Turn> claims_;
};

}  // namespace pizza::kitchen
