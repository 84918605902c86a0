#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order_status.hpp"

namespace pizza::order {

/// What an audit can find (docs/operating.md, "The audit").
enum class Fault {
  lost,            ///< open, and nothing will bring it on
  stuck,           ///< waits, or is worked at, much longer than it may
  dead_letter,     ///< failed too often: waits for an operator
  doubled,         ///< two log rows for one transition
  missing_log,     ///< a transition without its log row
  made_up,         ///< logged or announced, but never committed
  out_of_order,    ///< logged in an order, or at times, that cannot be
  wrong_total,     ///< not the sum of its items, or items that nobody may order
  number_gap,      ///< a number of the day that no order has
  number_doubled,  ///< a number that two orders have, or had
  bad_number,      ///< none that this program gives
  outbox_stuck,    ///< a message that nobody publishes
  queue_missing,   ///< nobody can be asked
};
std::string_view to_string(Fault fault);

struct Judgement {
  Fault fault = Fault::lost;
  std::string detail;
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// What an order and its rows look like; of a million orders there are few different ones. Empty `status`: log rows
/// whose order does not exist.
struct StoredShape {
  std::string type;
  std::string status;
  std::vector<std::string> log;  ///< the statuses as they were written
  bool back_in_time = false;     ///< a log row is dated before an earlier one
  bool total_is_sum = true;
  bool items_possible = true;  ///< 1 to 20, each with a quantity and a price that may be ordered
  auto operator<=>(const StoredShape&) const = default;
};

/// The log of an order against the status machine, and its total. Everything here is written in one transaction with
/// the order, so in one snapshot it is so or it is a fault.
std::vector<Judgement> judge(const StoredShape& shape);

/// An order that is not finished, as it stands.
struct OpenShape {
  std::string status;
  std::string station;
  std::string type;
  bool waits = false;         ///< `waiting_since` is set
  bool claimed = false;       ///< it is somebody's
  bool holder_lives = false;  ///< who is online, by his own heartbeat
  bool begun = false;         ///< its work at the station began and did not end
  bool exhausted = false;     ///< failed five times
  bool owed = false;          ///< a message that asks for it is in the outbox
  bool settled = false;       ///< unchanged since a while before the audit began
  bool late = false;          ///< waits, or should have been done, since so long that somebody must look
  auto operator<=>(const OpenShape&) const = default;
};

enum class OpenVerdict {
  fine,
  needs_message,  ///< its only way on is a message in a queue
  hopeless,       ///< no message would bring it on
  dead_letter,
};
OpenVerdict judge(const OpenShape& shape);

/// A row of the outbox against what is committed.
struct Announced {
  bool order_exists = false;
  std::string type;                               ///< of that order
  std::vector<std::string> log;                   ///< its statuses
  std::optional<domain::OrderStatus> old_status;  ///< of a status update; both absent: it asks for the order
  std::optional<domain::OrderStatus> new_status;
};
/// nullopt: true.
std::optional<std::string> untruth_of(const Announced& row);

/// The numbers of one day against its counter.
struct NumberedDay {
  std::int64_t last = 0;  ///< what the counter says
  std::int64_t orders = 0;
  std::int64_t distinct = 0;
  std::int64_t highest = 0;  ///< the pruned ones too
  std::int64_t pruned = 0;   ///< numbers whose orders were deleted on purpose
  std::int64_t again = 0;    ///< of those, how many an order has all the same
};
struct DayJudgement {
  std::int64_t missing = 0;  ///< of 1 to the last or the highest
  std::int64_t doubled = 0;
  bool beyond = false;  ///< the counter is behind, and will give a number again
  bool is_clean() const { return missing == 0 && doubled == 0 && !beyond; }
};
DayJudgement judge(const NumberedDay& day);

}  // namespace pizza::order
