#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "persistence/connection.hpp"

namespace pizza::kitchen {

/// A step up that an order was given for its wait.
struct Promotion {
  std::string order_number;
  std::string request_id;
  std::string step;  ///< as in its log: `priority 1 -> 5: waited longer than 600 s`
};

/// Promotes orders that wait too long at any station: each `max_wait` is a step, below 5 → 5 → 10 and overdue, and an
/// overdue order goes before every other. Of all workers one does it at a time. Not thread-safe.
class Promoter {
 public:
  /// `session` must outlive it. No statement of it takes longer than `patience`.
  Promoter(persistence::Session& session, std::string worker_name, std::chrono::milliseconds max_wait,
           std::chrono::milliseconds patience);

  /// How often `promote` is to be called: a tenth of `max_wait`, but 0.1 to 5 s.
  std::chrono::milliseconds tick() const;
  /// Promotes up to 500 orders, the longest waiting first, each with a row in its log, in one transaction; fewer for a
  /// while after that took too long. Throws persistence::SqlError.
  std::vector<Promotion> promote();
  /// The last `promote` did as many as it may: there may be more.
  bool more() const { return more_; }

 private:
  std::vector<Promotion> promote_some();

  persistence::Session& session_;
  const std::string worker_name_;
  const std::chrono::milliseconds max_wait_;
  const std::chrono::milliseconds patience_;
  int at_once_;
  bool more_ = false;
};

}  // namespace pizza::kitchen
