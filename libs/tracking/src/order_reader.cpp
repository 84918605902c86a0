#include "tracking/order_reader.hpp"

#include <chrono>
#include <string_view>

#include "sql.hpp"

namespace pizza::tracking {
namespace {

using persistence::Params;

/// A reader waits this long for a free session before it is told so.
constexpr std::chrono::seconds kPatience{2};

std::vector<domain::OrderType> parse_types(std::string_view list) {
  std::vector<domain::OrderType> types;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto type = domain::parse_order_type(list.substr(0, comma))) types.push_back(*type);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return types;
}

domain::OrderType type_at(const persistence::Result& rows, int row, int column) {
  return domain::parse_order_type(rows.view(row, column)).value_or(domain::OrderType::takeout);
}

}  // namespace

std::optional<OrderState> OrderReader::state(const std::string& number) {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kState, Params::of(number));
  if (rows.empty()) return std::nullopt;
  return OrderState{.id = rows.integer(0, 0),
                    .status = rows.text(0, 1),
                    .type = type_at(rows, 0, 2),
                    .priority = static_cast<int>(rows.integer(0, 3)),
                    .updated_at = rows.time(0, 4).value_or(core::TimePoint{}),
                    .estimated_completion = rows.time(0, 5),
                    .processed_by = rows.optional_text(0, 6)};
}

std::optional<std::vector<Transition>> OrderReader::history(const std::string& number) {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kHistory, Params::of(number));
  if (rows.empty()) return std::nullopt;
  std::vector<Transition> history;
  for (int i = 0; i < rows.rows(); ++i) {
    if (rows.is_null(i, 0)) continue;  // an order without a single row of log
    history.push_back({rows.text(i, 0), rows.time(i, 1).value_or(core::TimePoint{}), rows.text(i, 2)});
  }
  return history;
}

std::vector<WorkerState> OrderReader::workers() {
  auto connection = pool_.acquire(core::after(kPatience));
  const auto rows = connection->execute(sql::kWorkers);
  std::vector<WorkerState> workers;
  for (int i = 0; i < rows.rows(); ++i) {
    workers.push_back(
        {rows.text(i, 0), rows.boolean(i, 1), rows.integer(i, 2), rows.time(i, 3).value_or(core::TimePoint{})});
  }
  return workers;
}

domain::KitchenState OrderReader::kitchen() {
  auto connection = pool_.acquire(core::after(kPatience));
  domain::KitchenState kitchen;
  const auto cooks = connection->execute(sql::kCooks);
  for (int i = 0; i < cooks.rows(); ++i) {
    kitchen.cooks.push_back({parse_types(cooks.view(i, 0)), static_cast<int>(cooks.integer(i, 1)),
                             std::chrono::milliseconds{cooks.integer(i, 2)}});
  }
  const auto waiting = connection->execute(sql::kWaiting);
  for (int i = 0; i < waiting.rows(); ++i) {
    kitchen.waiting.push_back({.type = type_at(waiting, i, 0),
                               .priority = static_cast<int>(waiting.integer(i, 1)),
                               .count = waiting.integer(i, 2),
                               .first_id = waiting.integer(i, 3),
                               .last_id = waiting.integer(i, 4)});
  }
  const auto cooking = connection->execute(sql::kCooking);
  kitchen.cooking = cooking.integer(0, 0);
  kitchen.cooking_left = std::chrono::milliseconds{cooking.integer(0, 1)};
  return kitchen;
}

}  // namespace pizza::tracking
