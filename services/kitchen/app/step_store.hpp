#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "domain/order.hpp"
#include "kitchen/app/turn.hpp"

namespace pizza::kitchen {

/// What became of a turn.
struct Claimed {
  enum class Kind { started, resumed, dropped, unknown_order, exhausted };
  Kind kind = Kind::dropped;
  /// If started or resumed, the order that the turn is for now: an order of higher precedence may have taken it, and
  /// then the one its message names was asked for again. Else the one it names.
  std::string order_number;
  std::chrono::milliseconds cooking{0};  ///< how long to work at it, if started or resumed
  /// Since when: the commit that writes it down takes time of the work.
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  domain::OrderType type = domain::OrderType::takeout;
  int priority = 1;
  std::string request_id;
  /// If started at its first station: since it came, by the database's clock.
  std::optional<std::chrono::milliseconds> waited;
};

/// An order whose time at this station is over.
struct Cooked {
  std::string order_number;
  std::string claim;
};

/// What became of it.
struct Finished {
  enum class Kind {
    lost,  ///< the claim no longer holds: overtaken, cancelled, or done already; nothing was written
    done,  ///< by this claim: it goes on to the next station, or is ready or delivered
  };
  Kind kind = Kind::lost;
  domain::OrderType type = domain::OrderType::takeout;
  std::optional<std::chrono::milliseconds> worked;  ///< at this station, by the database's clock
  std::optional<std::chrono::milliseconds> in_all;  ///< since it came, if it is ready now
};

/// The database refuses the step and always will; nothing of it was written.
class StepRefused : public core::Error {
 public:
  /// `order_number` is the order at fault; empty: any of those of the step.
  explicit StepRefused(const std::string& what, std::string order_number = {})
      : Error(what), order_number_(std::move(order_number)) {}
  const std::string& order_number() const noexcept { return order_number_; }

 private:
  std::string order_number_;
};

/// The database is not there or not well; what was written is found out when the message comes again.
class StepUnavailable : public core::InfrastructureError {
 public:
  explicit StepUnavailable(const std::string& what) : InfrastructureError(what, true) {}
};

/// Another process holds this worker's name now; nothing was written.
class TakenOver : public core::Error {
 public:
  TakenOver() : Error("another process has taken over this worker's name") {}
};

/// The steps of an order through one station of the kitchen. Each call is one transaction: guarded updates, log rows,
/// outbox rows. Not thread-safe: one per thread. Every call throws StepRefused, StepUnavailable, TakenOver.
class StepStore {
 public:
  StepStore() = default;
  StepStore(const StepStore&) = delete;
  StepStore& operator=(const StepStore&) = delete;
  virtual ~StepStore() = default;

  /// Rules on each turn and writes what follows; answers in the order of `turns`.
  virtual std::vector<Claimed> claim(std::span<const Turn> turns) = 0;
  /// Moves each order on if its claim still holds; answers in the order of `orders`.
  virtual std::vector<Finished> finish(std::span<const Cooked> orders) = 0;
  /// Counts a failed processing; the one that exhausts the order is logged with it.
  virtual void record_failure(const std::string& order_number, const std::string& reason) = 0;
};

}  // namespace pizza::kitchen
