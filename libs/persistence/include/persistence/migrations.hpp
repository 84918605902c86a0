#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/connection.hpp"

namespace pizza::persistence {

/// One numbered file of `schema/`, embedded in the program that applies it.
struct Migration {
  int version = 0;  ///< from 1, without gaps
  std::string_view name;
  std::string_view sql;
};

/// The database was made by a newer program, or a migration failed; the message says which and what to do.
class MigrationError : public core::Error {
 public:
  using core::Error::Error;
};

/// Brings the schema to the newest version, one transaction for all that is missing, under an advisory lock, so that
/// any number of programs may start at once. Idempotent. Returns the names of what was applied now. The statement
/// timeout of `connection` bounds it: give it minutes. Throws MigrationError, SqlError.
std::vector<std::string> migrate(Connection& connection, std::span<const Migration> migrations);

/// The version a database is at; 0 if it has no schema of ours.
int schema_version(Connection& connection);

}  // namespace pizza::persistence
