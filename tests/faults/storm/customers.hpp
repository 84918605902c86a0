#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "faults/storm/dice.hpp"
#include "http/client.hpp"

namespace pizza::test {

/// One order that somebody wanted, and what they know of it. The name is nobody else's: it finds the order in the
/// database whatever was answered.
struct Wish {
  /// `promised`: answered 200. `refused`: every answer said that nothing was stored. `unknown`: an answer was lost and
  /// there was no Idempotency-Key to ask with. `open`: not settled yet.
  enum class Outcome { open, promised, refused, unknown };
  enum class Cancel { none, done, refused, unknown };

  std::string name;
  std::string type;
  Outcome outcome = Outcome::open;
  std::string number;
  std::string priority;
  Cancel cancel = Cancel::none;
  std::string answers;  ///< as "lost 500:broker_unavailable 200"
};

/// Customers who order without a break, of all types and priorities, from all order-services; some have little patience
/// and ask again while their first request is still under way, some have no key, some order nonsense, some want their
/// order cancelled. Each request and its answer is written down. Thread-safe.
class Customers {
 public:
  static constexpr const char* kStaffToken = "the-staff-of-the-storm";
  /// Between two orders of a customer.
  struct Rest {
    std::chrono::milliseconds shortest{20};
    std::chrono::milliseconds longest{250};
  };

  Customers(std::vector<std::uint16_t> ports, std::uint64_t seed, int count, Rest rest);
  ~Customers();
  Customers(const Customers&) = delete;
  Customers& operator=(const Customers&) = delete;

  void resume();
  /// No new wishes; true once every one that was begun is settled, false if one is not at the deadline.
  bool pause(core::Deadline deadline);
  std::vector<Wish> wishes() const;
  std::size_t promised() const { return promised_; }
  /// How long each 200 took, from the request to the answer; in no order.
  std::vector<std::chrono::microseconds> times_to_promise() const;
  /// One of the latest that were promised; empty if there is none.
  std::string some_number(Dice& dice) const;

 private:
  /// What one customer is like with one order.
  struct Temper {
    bool has_key;
    bool gives_up;          ///< after a refusal
    bool in_doubt = false;  ///< an answer was lost: it may be stored
  };

  void live(Dice dice);
  bool may_go_on();
  Wish& begin(Dice& dice);
  void order(Wish& wish, Dice& dice);
  bool is_settled(Wish& wish, Temper& temper, const std::optional<http::Response>& answer);
  void cancel(Wish& wish, Dice& dice);

  const std::vector<std::uint16_t> ports_;
  const Rest rest_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Wish> wishes_;  ///< grows; a wish's own thread writes it under the lock
  std::vector<std::chrono::microseconds> times_to_promise_;
  bool open_ = false;
  bool closing_ = false;
  int busy_ = 0;
  std::atomic<std::size_t> promised_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace pizza::test
