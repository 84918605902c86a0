#include "kitchen/adapters/worker_registry.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/order.hpp"
#include "kitchen/adapters/registry_sql.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Params;

std::vector<std::string> types_or_all(std::vector<std::string> types) {
  if (!types.empty()) return types;
  for (const auto type : domain::kOrderTypes) types.emplace_back(domain::to_string(type));
  return types;
}

/// `general` and `dine_in,takeout` are cooks; others are called after their station first: `quality`, `courier
/// delivery`.
std::string type_text(const Registration& registration) {
  const auto types = fmt::format("{}", fmt::join(registration.order_types, ","));
  if (registration.station == "cook") return types.empty() ? "general" : types;
  return types.empty() ? registration.station : registration.station + ' ' + types;
}

core::TimePoint last_seen(const persistence::Result& rows) {
  return persistence::require(rows.time(0, 0), "last_seen");
}

}  // namespace

std::chrono::milliseconds patience(const Registration& registration) {
  using std::chrono::milliseconds;
  return std::min(milliseconds{1000}, milliseconds{registration.heartbeat_interval} / 3);
}

WorkerRegistry::WorkerRegistry(persistence::Session& session, WorkerIdentity worker, Registration registration)
    : session_(session), worker_(std::move(worker)), registration_(std::move(registration)) {}

core::TimePoint WorkerRegistry::sign_on() {
  persistence::Transaction transaction(session_.get());
  if (registration_.max_active_workers > 0) {
    transaction.execute(sql::kLockRegistry);
    const auto others = transaction.execute(sql::kCountOthers, Params::of(worker_.name)).integer(0, 0);
    if (others >= registration_.max_active_workers) {
      throw RegistrationRefused(
          fmt::format("{} workers are active, as many as kitchen.max_active_workers allows", others));
    }
  }
  const auto taken = transaction.execute(
      sql::kRegister, Params::of(worker_.name, type_text(registration_), registration_.heartbeat_interval.count(),
                                 worker_.instance_id, types_or_all(registration_.order_types), registration_.prefetch,
                                 registration_.cooking_time.count(), registration_.station));
  if (taken.empty()) {
    throw RegistrationRefused("a worker named '" + worker_.name +
                              "' is online already; if it died, its name is free two of its heartbeats after the last");
  }
  transaction.commit();
  return last_seen(taken);
}

std::optional<core::TimePoint> WorkerRegistry::beat() {
  const auto own = session_.get().execute(sql::kHeartbeat, Params::of(worker_.name, worker_.instance_id));
  if (own.empty()) return std::nullopt;
  return last_seen(own);
}

void WorkerRegistry::sign_off() {
  session_.get().execute(sql::kSignOff, Params::of(worker_.name, worker_.instance_id));
}

std::vector<std::string> WorkerRegistry::missed_cancellations(core::TimePoint since) {
  persistence::Transaction transaction(session_.get());
  transaction.execute(sql::kHurry, Params::of(patience(registration_).count()));
  const auto rows = transaction.execute(sql::kMissedCancellations, Params::of(worker_.name, since));
  std::vector<std::string> numbers;
  for (int row = 0; row < rows.rows(); ++row) numbers.push_back(rows.text(row, 0));
  transaction.commit();
  return numbers;
}

bool WorkerRegistry::was_cancelled(const std::string& order_number) {
  persistence::Transaction transaction(session_.get());
  transaction.execute(sql::kHurry, Params::of(patience(registration_).count()));
  const bool cancelled = !transaction.execute(sql::kWasCancelled, Params::of(order_number)).empty();
  transaction.commit();
  return cancelled;
}

}  // namespace pizza::kitchen
