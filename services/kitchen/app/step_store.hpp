#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "domain/order.hpp"
#include "kitchen/app/turn.hpp"

namespace pizza::kitchen {

/// What became of a turn.
struct Claimed {
  enum class Kind { started, resumed, dropped, unknown_order, exhausted };
  Kind kind = Kind::dropped;
  std::chrono::milliseconds cooking{0};  ///< how long to cook, if started or resumed
  domain::OrderType type = domain::OrderType::takeout;
  int priority = 1;
  std::string request_id;
};

/// An order whose cooking time is over.
struct Cooked {
  std::string order_number;
  std::string claim;
};

enum class Finished {
  ready,  ///< cooking → ready, by this claim
  lost,   ///< the claim no longer holds: overtaken, cancelled, or ready already; nothing was written
};

/// The database refuses the step and always will; nothing of it was written.
class StepRefused : public core::Error {
 public:
  using core::Error::Error;
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

/// The steps of an order through the kitchen. Each call is one transaction: guarded updates, log rows, outbox rows.
/// Not thread-safe: one per thread. Every call throws StepRefused, StepUnavailable, TakenOver.
class StepStore {
 public:
  StepStore() = default;
  StepStore(const StepStore&) = delete;
  StepStore& operator=(const StepStore&) = delete;
  virtual ~StepStore() = default;

  /// Rules on each turn and writes what follows; answers in the order of `turns`.
  virtual std::vector<Claimed> claim(std::span<const Turn> turns) = 0;
  /// Moves each order to ready if its claim still holds; answers in the order of `orders`.
  virtual std::vector<Finished> finish(std::span<const Cooked> orders) = 0;
  /// Counts a failed processing; the one that exhausts the order is logged with it.
  virtual void record_failure(const std::string& order_number, const std::string& reason) = 0;
};

}  // namespace pizza::kitchen
