#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace pizza::persistence {

/// PostgreSQL refused a statement, or the connection to it ended.
class SqlError : public core::InfrastructureError {
 public:
  /// `sqlstate` is empty when the connection ended without the server's word.
  SqlError(const std::string& what, std::string sqlstate, bool connection_finished);

  enum class Kind {
    connection,  ///< no session, or it ended
    timeout,     ///< the statement's or a lock's
    conflict,    ///< a deadlock or a race: 40001, 40P01
    data,        ///< see `blames_data`
    other,
  };
  Kind kind() const noexcept;

  const std::string& sqlstate() const noexcept { return sqlstate_; }
  /// The data or a rule of the database is at fault (classes 22, 23, P0): the same statement will fail again, so a
  /// batch is worth splitting and an order worth counting an attempt. False means the environment.
  bool blames_data() const noexcept;
  /// The session died or lost a deadlock (40P01) or a race (40001): nothing was committed, and the same transaction,
  /// from its beginning, may well succeed. Not for a CommitInDoubt.
  bool transient() const noexcept;
  /// 42501: the role lacks a right.
  bool lacks_permission() const noexcept { return sqlstate_ == "42501"; }

 private:
  std::string sqlstate_;
};

/// The connection ended after COMMIT was sent and before its answer: the transaction may or may not have happened.
/// Never try again blindly; look up what it would have written.
class CommitInDoubt : public SqlError {
 public:
  using SqlError::SqlError;
};

/// No connection of the pool came free in time.
class PoolExhausted : public core::InfrastructureError {
 public:
  PoolExhausted() : InfrastructureError("no database connection came free in time", false) {}
};

}  // namespace pizza::persistence
