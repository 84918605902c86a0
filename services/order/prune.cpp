#include "order/prune.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "order/adapters/old_orders.hpp"
#include "order/command_session.hpp"

namespace pizza::order {
namespace {

using std::chrono::steady_clock;

/// A page of a thousand orders that nobody has asked for in months comes from the disk.
constexpr std::chrono::minutes kPruneStatementLimit{2};
/// Only another prune of the same day is ever waited for, which is about to commit.
constexpr std::chrono::seconds kLockLimit{30};

class Pruning {
 public:
  Pruning(host::Context& context, persistence::Connection& connection)
      : context_(context), orders_(connection, context.older_than) {}

  /// False if it was asked to stop before the end. Tells what it did, also when it fails: what is deleted is gone.
  bool run() {
    try {
      walk();
    } catch (const core::Error&) {
      tell();
      throw;
    }
    tell();
    return complete_;
  }

 private:
  void walk() {
    while (!context_.shutdown.requested()) {
      const auto begin = steady_clock::now();
      const auto pruned = orders_.prune_page();
      complete_ = !pruned;
      if (complete_) return;
      deleted_ += *pruned;
      // Half of the time the disk is everybody else's.
      context_.shutdown.wait_for(steady_clock::now() - begin);
    }
  }

  void tell() {
    const auto what = fmt::format("{} orders deleted, of those done before {}{}", deleted_,
                                  core::format_utc(orders_.before()), complete_ ? "" : "; stopped before the end");
    context_.log.info(
        {.action = "orders_pruned", .message = what, .details = {{"count", static_cast<std::int64_t>(deleted_)}}});
    fmt::print("prune: {}\n", what);
    static_cast<void>(std::fflush(stdout));
  }

  host::Context& context_;
  OldOrders orders_;
  std::size_t deleted_ = 0;
  bool complete_ = false;
};

}  // namespace

int prune(host::Context& context) {
  try {
    auto options = host::keyed_database_options(context, "prune");
    options.statement_timeout = kPruneStatementLimit;
    options.lock_timeout = kLockLimit;
    options.idle_in_transaction_timeout = kPruneStatementLimit;
    const auto connection = command_session(context, options);
    return Pruning(context, *connection).run() ? 0 : 1;
  } catch (const host::StartupError&) {
    return 1;  // logged
  } catch (const core::Error& error) {
    context.log.error({.action = "prune_failed", .message = std::string{"Old orders are left: "} + error.what()},
                      error);
    return 1;
  }
}

}  // namespace pizza::order
