#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "order/app/audit_rules.hpp"
#include "order/app/audit_suspicions.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// Orders that look alike: how many, and the first of them.
struct StoredOrders {
  struct One {
    std::string number;  ///< `-`: there is none
    std::string total;
    std::string sum;
  };
  StoredShape shape;
  std::size_t count = 0;
  std::vector<One> first;
};

/// Some of `count` orders, by their numbers.
struct Named {
  std::size_t count = 0;
  std::vector<std::string> numbers;
};

struct DayOfNumbers {
  std::string day;  ///< `20241216`
  NumberedDay numbers;
};

/// A row of the outbox that is long overdue.
struct OwedMessage {
  std::int64_t id = 0;
  std::string order_number;
  std::string what;  ///< `order to orders_topic kitchen.takeout.1`
};

/// The questions of the audit, on one session. Every list is cut at `kNamed`. All throw SqlError. Not thread-safe.
class AuditReader {
 public:
  static constexpr std::size_t kNamed = 20;

  explicit AuditReader(persistence::Connection& connection) : connection_(connection) {}

  struct Begin {
    core::TimePoint at;
    std::size_t orders = 0;
  };
  Begin begin();
  std::vector<StoredOrders> stored();
  /// `since`: when the audit began; `may_wait`: how long an order may wait before somebody must look.
  std::vector<OpenOrders> open(core::TimePoint since, std::chrono::milliseconds may_wait);
  std::vector<DayOfNumbers> bad_days();
  std::vector<std::string> missing_numbers(const DayOfNumbers& day);
  std::vector<std::string> doubled_numbers(const DayOfNumbers& day);
  Named bad_numbers();
  Named promised_only();
  /// Tells of each row of the outbox that announces what is not so.
  void each_untruth(const std::function<void(const std::string& number, const std::string& why)>& tell);
  struct Overdue {
    std::size_t count = 0;
    std::vector<OwedMessage> longest;
  };
  Overdue overdue(core::TimePoint since);
  struct StillOwed {
    std::vector<std::int64_t> ids;
    bool in_hand = false;  ///< of somebody, one of them at least
  };
  StillOwed still_owed(const std::vector<OwedMessage>& messages);

 private:
  Named named(const persistence::Statement& statement);

  persistence::Connection& connection_;
};

}  // namespace pizza::order
