#include "tracking/order_reader.hpp"

#include <limits>
#include <string_view>

#include "order_types.hpp"
#include "patience.hpp"
#include "sql.hpp"

namespace pizza::tracking {
namespace {

using persistence::Params;
using persistence::Result;

/// Questions for states that are on their way at once. Two, so that one is carried out while the other is read.
constexpr std::size_t kAskers = 2;
constexpr std::size_t kMostStates = 200;

core::TimePoint time_at(const Result& rows, int row, int column) {
  return rows.time(row, column).value_or(core::TimePoint{});
}

OrderState read_state(const Result& rows, int row) {
  return {.id = rows.integer(row, 0),
          .status = rows.text(row, 1),
          .type = order_type(rows.view(row, 2)),
          .precedence = static_cast<int>(rows.integer(row, 3)),
          .updated_at = time_at(rows, row, 4),
          .estimated_completion = rows.time(row, 5),
          .processed_by = rows.optional_text(row, 6)};
}

OrderDetails read_details(const Result& rows) {
  OrderDetails order{.state = read_state(rows, 0),
                     .total_amount = rows.text(0, 8),
                     .priority = rows.integer(0, 9),
                     .rush = rows.boolean(0, 10),
                     .created_at = time_at(rows, 0, 11),
                     .completed_at = rows.time(0, 12),
                     .customer = {rows.text(0, 13), rows.text(0, 14), rows.optional_text(0, 15)}};
  if (!rows.is_null(0, 7)) order.table_number = rows.integer(0, 7);
  for (int i = 0; i < rows.rows(); ++i) {
    if (rows.is_null(i, 16)) continue;  // no station yet
    order.stages.push_back({rows.text(i, 16), rows.text(i, 17), time_at(rows, i, 18), rows.time(i, 19)});
  }
  return order;
}

ListedOrder read_listed(const Result& rows, int row) {
  return {.number = rows.text(row, 0),
          .status = rows.text(row, 1),
          .type = rows.text(row, 2),
          .total_amount = rows.text(row, 3),
          .priority = rows.integer(row, 4),
          .created_at = time_at(rows, row, 5),
          .updated_at = time_at(rows, row, 6),
          .completed_at = rows.time(row, 7),
          .processed_by = rows.optional_text(row, 8),
          .customer_name = rows.text(row, 9)};
}

/// The one that is wanted, or all there are.
template <class Known, class One>
std::vector<std::string_view> names(const Known& known, const std::optional<One>& wanted) {
  if (wanted) return {domain::to_string(*wanted)};
  std::vector<std::string_view> all;
  for (const auto each : known) all.push_back(domain::to_string(each));
  return all;
}

Result newest(persistence::Connection& connection, const OrderFilter& filter, std::int64_t before) {
  const auto one_more = filter.limit + 1;  // tells whether older ones follow
  if (!filter.status && !filter.type) return connection.execute(sql::kNewest, Params::of(before, one_more));
  return connection.execute(sql::kNewestOf, Params::of(before, one_more, names(domain::kOrderStatuses, filter.status),
                                                       names(domain::kOrderTypes, filter.type)));
}

}  // namespace

OrderReader::OrderReader(persistence::Pool& pool)
    : pool_(pool), states_(kAskers, kMostStates, [this](const auto& numbers) { return states(numbers); }) {}

std::optional<OrderState> OrderReader::state(const std::string& number) {
  auto answer = states_.ask(number, kPatience);
  if (!answer) throw persistence::PoolExhausted();
  return *std::move(answer);
}

std::vector<std::optional<OrderState>> OrderReader::states(const std::vector<std::string>& numbers) {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kStates, Params::of(numbers));
  std::vector<std::optional<OrderState>> states(numbers.size());
  for (int row = 0; row < rows.rows(); ++row) {
    states.at(static_cast<std::size_t>(rows.integer(row, 7)) - 1) = read_state(rows, row);
  }
  return states;
}

std::optional<std::vector<Transition>> OrderReader::history(const std::string& number) {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kHistory, Params::of(number));
  if (rows.empty()) return std::nullopt;
  std::vector<Transition> history;
  for (int i = 0; i < rows.rows(); ++i) {
    if (rows.is_null(i, 0)) continue;  // an order without a single row of log
    history.push_back({rows.text(i, 0), time_at(rows, i, 1), rows.text(i, 2)});
  }
  return history;
}

std::optional<OrderDetails> OrderReader::details(const std::string& number) {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kDetails, Params::of(number));
  if (rows.empty()) return std::nullopt;
  auto order = read_details(rows);
  const auto items = connection->execute(sql::kItems, Params::of(order.state.id));
  for (int i = 0; i < items.rows(); ++i)
    order.items.push_back({items.text(i, 0), items.integer(i, 1), items.text(i, 2)});
  return order;
}

std::optional<OrderPage> OrderReader::list(const OrderFilter& filter) {
  auto connection = pool_.acquire(core::after(kPatience));
  auto before = std::numeric_limits<std::int64_t>::max();
  if (filter.after) {
    const auto last_seen = connection->execute(sql::kIdOf, Params::of(*filter.after));
    if (last_seen.empty()) return std::nullopt;
    before = last_seen.integer(0, 0);
  }
  const auto rows = newest(*connection, filter, before);
  OrderPage page{.orders = {}, .more = rows.rows() > filter.limit};
  for (int i = 0; i < rows.rows() && i < filter.limit; ++i) page.orders.push_back(read_listed(rows, i));
  return page;
}

}  // namespace pizza::tracking
