#include "order/adapters/audit_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "contracts/status_update.hpp"
#include "order/adapters/audit_sql.hpp"

namespace pizza::order {
namespace {

using persistence::Params;
using persistence::Result;

constexpr int kPage = 1000;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = text.find(' ');
    words.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return words;
}

std::size_t count_of(const Result& rows, int row, int column) {
  return static_cast<std::size_t>(rows.integer(row, column));
}

StoredShape stored_shape(const Result& rows, int i) {
  return {.type = rows.text(i, 0),
          .status = rows.text(i, 1),
          .log = words_of(rows.view(i, 2)),
          .back_in_time = rows.boolean(i, 3),
          .total_is_sum = rows.boolean(i, 4),
          .items_possible = rows.boolean(i, 5)};
}

OpenShape open_shape(const Result& rows, int i) {
  return {.status = rows.text(i, 0),
          .station = rows.text(i, 1),
          .type = rows.text(i, 2),
          .waits = rows.boolean(i, 3),
          .claimed = rows.boolean(i, 4),
          .holder_lives = rows.boolean(i, 5),
          .begun = rows.boolean(i, 6),
          .exhausted = rows.boolean(i, 7),
          .owed = rows.boolean(i, 8),
          .settled = rows.boolean(i, 9),
          .late = rows.boolean(i, 10)};
}

Announced announced(const Result& rows, int i) {
  Announced row{.order_exists = !rows.is_null(i, 4), .type = rows.text(i, 4), .log = words_of(rows.view(i, 5))};
  if (rows.view(i, 2) == "order") return row;
  if (const auto update = contracts::decode_status_update(rows.view(i, 3));
      update && update->order_number == rows.view(i, 1)) {
    row.new_status = update->new_status;
    row.old_status = update->old_status;
  } else {
    row.new_status = domain::OrderStatus::received;  // and nothing before it: unreadable
  }
  return row;
}

}  // namespace

AuditReader::Begin AuditReader::begin() {
  const auto rows = connection_.execute(sql::kAuditClock);
  return {persistence::require(rows.time(0, 0), "now"), count_of(rows, 0, 1)};
}

std::vector<StoredOrders> AuditReader::stored() {
  const auto rows = connection_.execute(sql::kAuditStored, Params::of(kNamed));
  std::vector<StoredOrders> all;
  for (int i = 0; i < rows.rows(); ++i) {
    auto shape = stored_shape(rows, i);
    if (all.empty() || all.back().shape != shape) all.push_back({std::move(shape), count_of(rows, i, 6), {}});
    all.back().first.push_back({rows.text(i, 7), rows.text(i, 8), rows.text(i, 9)});
  }
  return all;
}

std::vector<OpenOrders> AuditReader::open(core::TimePoint since, std::chrono::milliseconds may_wait) {
  const auto rows = connection_.execute(sql::kAuditOpen, Params::of(kNamed, since, may_wait.count()));
  std::map<OpenShape, OpenOrders> all;
  for (int i = 0; i < rows.rows(); ++i) {
    const auto shape = open_shape(rows, i);
    auto& orders = all.try_emplace(shape, OpenOrders{shape, count_of(rows, i, 11), {}}).first->second;
    orders.numbers.push_back(rows.text(i, 12));
  }
  std::vector<OpenOrders> result;
  for (auto& [shape, orders] : all) result.push_back(std::move(orders));
  return result;
}

std::vector<DayOfNumbers> AuditReader::bad_days() {
  const auto rows = connection_.execute(sql::kAuditDays);
  std::vector<DayOfNumbers> days;
  for (int i = 0; i < rows.rows(); ++i) {
    days.push_back({rows.text(i, 0),
                    {.last = rows.integer(i, 1),
                     .orders = rows.integer(i, 2),
                     .distinct = rows.integer(i, 3),
                     .highest = rows.integer(i, 4),
                     .pruned = rows.integer(i, 5),
                     .again = rows.integer(i, 6)}});
  }
  return days;
}

std::vector<std::string> AuditReader::missing_numbers(const DayOfNumbers& day) {
  const auto rows = connection_.execute(sql::kAuditMissingNumbers,
                                        Params::of(day.day, std::max(day.numbers.last, day.numbers.highest), kNamed));
  std::vector<std::string> numbers;
  for (int i = 0; i < rows.rows(); ++i) numbers.push_back(rows.text(i, 0));
  return numbers;
}

std::vector<std::string> AuditReader::doubled_numbers(const DayOfNumbers& day) {
  const auto rows = connection_.execute(sql::kAuditDoubledNumbers, Params::of(day.day, kNamed));
  std::vector<std::string> numbers;
  for (int i = 0; i < rows.rows(); ++i) numbers.push_back(rows.text(i, 0));
  return numbers;
}

Named AuditReader::bad_numbers() { return named(sql::kAuditBadNumbers); }
Named AuditReader::promised_only() { return named(sql::kAuditPromised); }

Named AuditReader::named(const persistence::Statement& statement) {
  const auto rows = connection_.execute(statement, Params::of(kNamed));
  Named result;
  for (int i = 0; i < rows.rows(); ++i) {
    result.count = count_of(rows, i, 0);
    result.numbers.push_back(rows.text(i, 1));
  }
  return result;
}

void AuditReader::each_untruth(const std::function<void(const std::string&, const std::string&)>& tell) {
  std::int64_t last = 0;
  for (;;) {
    const auto rows = connection_.execute(sql::kAuditOutbox, Params::of(last, kPage));
    for (int i = 0; i < rows.rows(); ++i) {
      last = rows.integer(i, 0);
      if (const auto why = untruth_of(announced(rows, i))) tell(rows.text(i, 1), *why);
    }
    if (rows.rows() < kPage) return;
  }
}

AuditReader::Overdue AuditReader::overdue(core::TimePoint since) {
  const auto rows = connection_.execute(sql::kAuditOverdue, Params::of(kNamed, since));
  Overdue result;
  for (int i = 0; i < rows.rows(); ++i) {
    auto what = fmt::format("{} to {} {}", rows.view(i, 2), rows.view(i, 3), rows.view(i, 4));
    if (what.back() == ' ') what.pop_back();
    result.longest.push_back({rows.integer(i, 0), rows.text(i, 1), std::move(what)});
    result.count = count_of(rows, i, 5);
  }
  return result;
}

AuditReader::StillOwed AuditReader::still_owed(const std::vector<OwedMessage>& messages) {
  persistence::Array ids;
  for (const auto& message : messages) ids.add(message.id);
  const auto rows = connection_.execute(sql::kAuditStillOwed, Params::of(ids));
  StillOwed result;
  for (int i = 0; i < rows.rows(); ++i) {
    result.ids.push_back(rows.integer(i, 0));
    result.in_hand = result.in_hand || rows.boolean(i, 1);
  }
  return result;
}

}  // namespace pizza::order
