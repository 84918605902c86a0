#include "order/adapters/old_orders.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "order/adapters/prune_sql.hpp"

namespace pizza::order {

using persistence::Array;
using persistence::Params;

OldOrders::OldOrders(persistence::Connection& connection, std::chrono::seconds age) : connection_(connection) {
  before_ = persistence::require(connection_.execute(sql::kPruneBefore, Params::of(age.count())).time(0, 0), "now");
  const auto days = connection_.execute(sql::kNumberedDays);
  for (int i = 0; i < days.rows(); ++i) days_.insert(days.text(i, 0));
}

std::optional<std::size_t> OldOrders::prune_page() {
  const auto page = connection_.execute(sql::kPrunePage, Params::of(seen_, before_, kPage));
  if (!page.boolean(0, 1)) return std::nullopt;
  const auto up_to = page.integer(0, 0);
  persistence::Transaction transaction(connection_);
  const auto pruned = prune(transaction, seen_, up_to);
  transaction.commit();
  seen_ = up_to;
  return pruned;
}

std::size_t OldOrders::prune(persistence::Transaction& transaction, std::int64_t after, std::int64_t up_to) {
  const auto locked = transaction.execute(sql::kLockPruned, Params::of(after, up_to, before_));
  if (locked.empty()) return 0;
  Array orders;
  for (int i = 0; i < locked.rows(); ++i) orders.add(locked.view(i, 1));
  const auto owed = transaction.execute(sql::kPruneOwed, Params::of(orders));
  std::set<std::string_view> kept;
  for (int i = 0; i < owed.rows(); ++i) kept.insert(owed.view(i, 0));

  std::size_t count = 0;
  Array ids;
  Array days;
  Array numbers;
  for (int i = 0; i < locked.rows(); ++i) {
    if (kept.contains(locked.view(i, 1)) || !days_.contains(locked.view(i, 2))) continue;
    ++count;
    ids.add(locked.integer(i, 0));
    days.add(locked.view(i, 2));
    numbers.add(locked.integer(i, 3));
  }
  if (count == 0) return 0;
  const auto doomed = Params::of(ids);
  for (const auto& statement : {sql::kPruneItems, sql::kPruneLog, sql::kPruneStages, sql::kPruneOrders}) {
    transaction.execute(statement, doomed);
  }
  // Last: whoever else prunes the same day waits for the commit.
  transaction.execute(sql::kKeepPruned, Params::of(days, numbers));
  return count;
}

}  // namespace pizza::order
