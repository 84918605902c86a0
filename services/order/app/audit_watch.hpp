#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace pizza::order {

/// What is suspicious at one look: `orders` whose only way on is one of `messages`.
struct Suspicion {
  std::string what;  ///< the same at every look: a queue, a station, the outbox
  std::size_t orders = 0;
  std::size_t messages = 0;
  bool busy = false;  ///< somebody may hold a message that cannot be seen, or is at work on it
};

/// What looked suspicious at every look, for long enough.
struct Conviction {
  std::string what;
  std::size_t orders = 0;  ///< at least
  bool all = false;        ///< there was not one message: it is all of them that are there
};

/// Looks again until it is known. The database and the broker cannot be seen at one moment, and of a queue only what is
/// ready can be counted: what a worker has in its hands is there, and cannot be seen. So
/// - where nobody takes messages from, the count is exact: too few of them for `kQuiet`, and some are lost;
/// - where somebody does, only this proves anything: not one message ready at any look for `kBusy`, and orders that
///   waited all the while. That is longer than a message can be in hands without something being done about it: a dead
///   connection is found out after 30 s, an order that could not be written is given back after 5 s, a message that
///   found no queue is sent again within a minute.
/// Pure; time is what it is told.
class AuditWatch {
 public:
  static constexpr std::chrono::seconds kQuiet{5};
  static constexpr std::chrono::seconds kBusy{75};

  /// `elapsed` since the first look.
  void look(std::chrono::milliseconds elapsed, const std::vector<Suspicion>& suspicions);
  /// Nothing is open any more: each suspicion was dropped or is proven.
  bool decided() const;
  std::vector<Conviction> convictions() const;

 private:
  struct Case {
    std::size_t least = 0;  // missing at every look
    bool none = true;       // no message at any look
    bool busy = false;      // at any look
    bool dropped = false;
  };
  bool is_proven(const Case& one) const;

  std::map<std::string, Case> cases_;
  std::chrono::milliseconds elapsed_{0};
  int looks_ = 0;
};

}  // namespace pizza::order
