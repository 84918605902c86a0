#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "persistence/sql_error.hpp"

namespace pizza::persistence {

/// Is told what sessions do: how many there were, how long each statement took, what failed. Several sessions share
/// one, so the functions are thread-safe; they neither block nor throw. Empty ones are not called.
struct Observer {
  /// How long an execution took until its last row was here, also if it failed.
  using Took = std::function<void(std::chrono::duration<double>)>;

  std::function<void()> on_opened;  ///< a session was made
  std::function<void(SqlError::Kind)> on_failed;
  /// Asked once for each statement and session, at its first use: the first execution has the preparing in it. `BEGIN`,
  /// `COMMIT` and `ROLLBACK` are `begin`, `commit` and `rollback`, other SQL without a name is `other`.
  std::function<Took(std::string_view statement)> on_statement;
};

}  // namespace pizza::persistence
