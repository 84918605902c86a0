#include "persistence/migrations.hpp"

#include <fmt/format.h>

namespace pizza::persistence {
namespace {

constexpr Statement kLock{"migration_lock", "SELECT pg_advisory_xact_lock(hashtext('wheres-my-pizza schema'))"};
constexpr Statement kTableExists{"migration_table", "SELECT to_regclass('schema_migrations') IS NOT NULL"};
constexpr Statement kVersion{"migration_version", "SELECT coalesce(max(version), 0) FROM schema_migrations"};
constexpr Statement kRecord{"migration_record", "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)"};

constexpr auto kCreateTable =
    "CREATE TABLE schema_migrations ("
    "version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

[[noreturn]] void explain(const SqlError& error, std::string_view step) {
  if (error.lacks_permission()) {
    throw MigrationError(fmt::format(
        "{}: {}. The role needs the right to create tables in schema public: connect as the owner of the database, or "
        "have the owner run GRANT CREATE ON SCHEMA public TO the role",
        step, error.what()));
  }
  throw MigrationError(fmt::format("{}: {}", step, error.what()));
}

}  // namespace

int schema_version(Connection& connection) {
  if (!connection.execute(kTableExists).boolean(0, 0)) return 0;
  return static_cast<int>(connection.execute(kVersion).integer(0, 0));
}

std::vector<std::string> migrate(Connection& connection, std::span<const Migration> migrations) {
  std::vector<std::string> applied;
  Transaction transaction(connection);
  // A first start of several programs may queue here for as long as one of them migrates.
  connection.run("SET LOCAL lock_timeout = 0");
  transaction.execute(kLock);
  const int current = schema_version(connection);
  if (const int newest = migrations.empty() ? 0 : migrations.back().version; current > newest) {
    throw MigrationError(fmt::format(
        "the database is at schema version {}, newer than this program's {}: run the program of that release", current,
        newest));
  }
  for (const auto& migration : migrations) {
    if (migration.version <= current) continue;
    try {
      if (migration.version == 1) connection.run(kCreateTable);
      connection.run(std::string{migration.sql});
      transaction.execute(kRecord, Params::of(migration.version, migration.name));
    } catch (const SqlError& error) {
      explain(error, fmt::format("migration {}", migration.name));
    }
    applied.emplace_back(migration.name);
  }
  transaction.commit();
  return applied;
}

}  // namespace pizza::persistence
