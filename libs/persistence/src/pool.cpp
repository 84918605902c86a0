#include "persistence/pool.hpp"

namespace pizza::persistence {

Pool::Lease Pool::acquire(core::Deadline deadline) {
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_until(lock, deadline, [this] { return free_slots_ > 0; })) throw PoolExhausted();
    --free_slots_;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (connection) return {*this, std::move(connection)};
  try {
    return {*this, std::make_unique<Connection>(options_, log_)};
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    ++free_slots_;
    if (connection && connection->usable()) {
      idle_.push_back(std::move(connection));
    } else {
      idle_.clear();  // the others most likely fell with it
    }
  }
  freed_.notify_one();
}

}  // namespace pizza::persistence
