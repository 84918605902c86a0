#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "persistence/connection.hpp"

namespace pizza::persistence {

/// A few sessions shared by many threads; made when first needed, thrown away when broken. Thread-safe.
class Pool {
 public:
  Pool(ConnectionOptions options, std::size_t size, logging::Logger& log)
      : options_(std::move(options)), log_(log), free_slots_(size) {}

  /// A session of the pool for as long as this lives.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back(std::move(connection_));
    }
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    Connection* operator->() { return connection_.get(); }
    Connection& operator*() { return *connection_; }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// Throws PoolExhausted if none comes free until `deadline`, SqlError if a new one cannot be made.
  Lease acquire(core::Deadline deadline);

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const ConnectionOptions options_;
  logging::Logger& log_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t free_slots_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace pizza::persistence
