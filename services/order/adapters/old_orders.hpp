#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "core/clock.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// Orders that are done with for longer than an age, by the database's clock: deleted page by page, from the oldest on,
/// beside everything that runs. Others may do the same at the same time. Throws SqlError; a page is deleted whole or
/// not at all. Not thread-safe.
class OldOrders {
 public:
  static constexpr int kPage = 1000;

  OldOrders(persistence::Connection& connection, std::chrono::seconds age);

  /// Orders that changed last before this are old.
  core::TimePoint before() const { return before_; }
  /// Deletes what is old among the next `kPage` orders, with items, log and stages, and keeps their numbers. How many
  /// that were; nullopt: there are no old ones any more.
  std::optional<std::size_t> prune_page();

 private:
  std::size_t prune(persistence::Transaction& transaction, std::int64_t after, std::int64_t up_to);

  persistence::Connection& connection_;
  core::TimePoint before_;
  std::set<std::string, std::less<>> days_;  ///< whose numbers can be kept
  std::int64_t seen_ = 0;                    ///< the last id that was looked at
};

}  // namespace pizza::order
