#include "stored.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/stored_orders.hpp"

namespace pizza::bench {
namespace {
constexpr int kDays = 90;
constexpr int kUsedDays = 28;  // of the whole month before this one, so that their numbers differ in two digits only
}  // namespace

Stored Stored::make(test::TestDatabase& database, std::int64_t count) {
  const auto there = std::stoll(database.value("SELECT count(*) FROM orders"));
  if (there < count) test::store_orders(database, count - there, {.days = kDays, .items = 1});
  Stored stored;
  stored.first_ = database.value("SELECT to_char(date_trunc('month', current_date - interval '1 month'), 'YYYYMMDD')");
  stored.to_ = std::stoll(database.value("SELECT min(last) FROM order_counters WHERE day < current_date"));
  stored.from_ = stored.to_ >= 1000 ? 100 : 1;
  return stored;
}

std::vector<std::string> Stored::for_wrk() const {
  std::string days;
  for (int day = 0; day < kUsedDays; ++day)
    days += fmt::format("{}ORD_{}_", day == 0 ? "" : ",", std::stoi(first_) + day);
  return {days, std::to_string(from_), std::to_string(to_)};
}

std::vector<std::string> Stored::for_pgbench() const {
  return {"first=" + first_, fmt::format("days={}", kUsedDays), fmt::format("from={}", from_),
          fmt::format("to={}", to_)};
}

}  // namespace pizza::bench
