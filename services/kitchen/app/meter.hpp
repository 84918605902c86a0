#pragma once

#include <chrono>
#include <cstddef>

#include "domain/order.hpp"
#include "kitchen/app/step_store.hpp"

namespace pizza::kitchen {

enum class Step { claim, cook, finish };
enum class Outcome {
  started,
  resumed,
  dropped,      ///< a duplicate
  dead_letter,  ///< can never be cooked
  done,
  lost,       ///< someone else has the order meanwhile
  cancelled,  ///< by the staff
  refused,    ///< by the database, for its data
  unavailable,
};
enum class DeadLetterCause { unreadable, unknown_order, exhausted };

/// What the kitchen counts and measures. Called on any thread; must not block or throw.
class Meter {
 public:
  Meter() = default;
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;
  virtual ~Meter() = default;

  /// So many orders ended a step like this.
  virtual void stepped(Step step, Outcome outcome, std::size_t orders) = 0;
  /// The work at an order that had waited so long for its first station began.
  virtual void waited(domain::OrderType type, std::chrono::milliseconds time) = 0;
  /// The work at an order is done here, and that is written.
  virtual void passed(const Finished& order) = 0;
  /// One more is safe among the dead letters.
  virtual void dead_letter(DeadLetterCause cause) = 0;
};

}  // namespace pizza::kitchen
