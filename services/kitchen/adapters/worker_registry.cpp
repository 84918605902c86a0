#include "kitchen/adapters/worker_registry.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/backoff.hpp"
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

}  // namespace

WorkerRegistry::WorkerRegistry(persistence::ConnectionOptions database, WorkerIdentity worker,
                               Registration registration, logging::Logger& log)
    : session_(std::move(database), log),
      worker_(std::move(worker)),
      registration_(std::move(registration)),
      log_(log) {}

WorkerRegistry::~WorkerRegistry() { stop_beating(); }

void WorkerRegistry::sign_on() {
  const auto& order_types = registration_.order_types;
  const std::string type = order_types.empty() ? "general" : fmt::format("{}", fmt::join(order_types, ","));
  persistence::Transaction transaction(session_.get());
  if (registration_.max_active_workers > 0) {
    transaction.execute(sql::kLockRegistry);
    const auto others = transaction.execute(sql::kCountOthers, Params::of(worker_.name)).integer(0, 0);
    if (others >= registration_.max_active_workers) {
      throw RegistrationRefused(
          fmt::format("{} workers are active, as many as kitchen.max_active_workers allows", others));
    }
  }
  const auto taken =
      transaction.execute(sql::kRegister, Params::of(worker_.name, type, registration_.heartbeat_interval.count(),
                                                     worker_.instance_id, types_or_all(order_types),
                                                     registration_.prefetch, registration_.cooking_time.count()));
  if (taken.empty()) throw RegistrationRefused("a worker named '" + worker_.name + "' is online already");
  transaction.commit();
}

void WorkerRegistry::keep_alive(std::function<void()> on_taken_over) {
  thread_ = std::thread([this, on_taken_over = std::move(on_taken_over)] { beat(on_taken_over); });
}

void WorkerRegistry::beat(const std::function<void()>& on_taken_over) {
  core::Backoff backoff;
  std::chrono::milliseconds pause = registration_.heartbeat_interval;
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, pause, [this] { return stopping_; })) {
    lock.unlock();
    try {
      const auto beaten = session_.get().execute(sql::kHeartbeat, Params::of(worker_.name, worker_.instance_id));
      if (beaten.affected() == 0) return on_taken_over();
      log_.debug({.action = "heartbeat_sent", .message = "Heartbeat sent"});
      healthy_ = true;
      backoff.reset();
      pause = registration_.heartbeat_interval;
    } catch (const std::exception& error) {
      healthy_ = false;
      log_.error({.action = "heartbeat_failed", .message = "The heartbeat could not be written"}, error);
      // The sooner the next one, the better the chance that nobody takes this worker for gone.
      pause = std::min<std::chrono::milliseconds>(backoff.next(), registration_.heartbeat_interval);
    }
    lock.lock();
  }
}

void WorkerRegistry::stop_beating() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WorkerRegistry::sign_off() {
  stop_beating();
  session_.get().execute(sql::kSignOff, Params::of(worker_.name, worker_.instance_id));
}

}  // namespace pizza::kitchen
