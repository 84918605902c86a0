#include "order/adapters/lost_orders.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

#include "core/error.hpp"
#include "domain/station.hpp"
#include "order/adapters/reconciler_sql.hpp"
#include "outbox/store.hpp"

namespace pizza::order {
namespace {

using persistence::Params;

/// Of each precedence so many of the oldest orders are looked at for some that have no message.
constexpr std::size_t kLookedAt = 2 * LostOrders::kMostAtOnce;

using Ids = std::vector<std::int64_t>;

void add_ids(Ids& ids, const persistence::Result& rows) {
  for (int row = 0; row < rows.rows(); ++row) ids.push_back(rows.integer(row, 0));
}

std::vector<outbox::Row> requests(persistence::Transaction& transaction, const Ids& ids, domain::Station station) {
  std::vector<outbox::Row> rows;
  for (const auto& order : orders::load(transaction, ids)) rows.push_back(orders::request(order, station));
  outbox::append(transaction, rows);
  return rows;
}

}  // namespace

bool LostOrders::lead() { return session_.get().execute(sql::kLeadReconcilers).boolean(0, 0); }

LineState LostOrders::look(const KitchenLine& line, std::size_t messages) {
  const auto row = session_.get().execute(
      sql::kLookAtLine, Params::of(domain::to_string(line.station), line.types, messages + kMostAtOnce));
  const auto count = [&](int column) { return static_cast<std::size_t>(row.integer(0, column)); };
  return {.hands = count(0), .held = count(1), .orphans = count(2), .unclaimed = count(3), .waiting = count(4)};
}

AskedAgain LostOrders::ask_again(const KitchenLine& line, std::size_t count, bool orphans) {
  const auto station = domain::to_string(line.station);
  auto left = std::min(count, kMostAtOnce);
  Ids begun;
  Ids waiting;
  persistence::Transaction transaction(session_.get());
  add_ids(begun, transaction.execute(sql::kLockUnclaimed, Params::of(station, line.types, left)));
  if (orphans) {
    add_ids(begun, transaction.execute(sql::kTakeOrphans,
                                       Params::of(station, line.types, left - begun.size(), at_least_.count())));
  }
  left -= begun.size();
  if (left > 0) {
    add_ids(waiting, transaction.execute(sql::kLockForgotten,
                                         Params::of(station, line.types, left, at_least_.count(), kLookedAt)));
  }
  AskedAgain asked{.waiting = requests(transaction, waiting, line.station),
                   .orphaned = requests(transaction, begun, line.station)};
  transaction.commit();
  return asked;
}

std::vector<outbox::Row> LostOrders::ask_for_outranked() {
  persistence::Transaction transaction(session_.get());
  const auto taken = transaction.execute(sql::kTakeOutranked, Params::of(kMostAtOnce, at_least_.count()));
  if (taken.rows() == 0) return {};
  std::map<std::string, Ids, std::less<>> at_station;
  for (int row = 0; row < taken.rows(); ++row) {
    at_station[std::string{taken.text(row, 1)}].push_back(taken.integer(row, 0));
  }
  std::vector<outbox::Row> asked;
  for (const auto& [name, ids] : at_station) {
    const auto station = domain::parse_station(name);
    if (!station) throw core::Error("an order is at a station that does not exist: " + name);
    std::ranges::move(requests(transaction, ids, *station), std::back_inserter(asked));
  }
  transaction.commit();
  return asked;
}

}  // namespace pizza::order
