#include "persistence/migrations.hpp"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/persistence/database_access.hpp"

namespace {

using namespace pizza;
using persistence::Migration;

constexpr std::array kTwo{
    Migration{1, "001_first", "CREATE TABLE first (a integer)"},
    Migration{2, "002_second", "ALTER TABLE first ADD b integer; CREATE TABLE second (a integer)"}};
constexpr std::array kBroken{kTwo[0], kTwo[1],
                             Migration{3, "003_broken", "CREATE TABLE third (a integer); SELECT 1/0"}};

TEST_CASE("migrations are applied once, in order, and again is nothing") {
  test::TestDatabase database;
  logging::Logger log{test::quiet()};
  persistence::Connection connection(test::options_for(database), log);
  CHECK(persistence::schema_version(connection) == 0);
  CHECK(persistence::migrate(connection, std::span{kTwo}.first(1)) == std::vector<std::string>{"001_first"});
  CHECK(persistence::migrate(connection, kTwo) == std::vector<std::string>{"002_second"});
  CHECK(persistence::migrate(connection, kTwo).empty());
  CHECK(persistence::schema_version(connection) == 2);
}

TEST_CASE("a migration that fails leaves the schema as it was and says which one it is") {
  test::TestDatabase database;
  logging::Logger log{test::quiet()};
  persistence::Connection connection(test::options_for(database), log);
  CHECK_THROWS_WITH(persistence::migrate(connection, kBroken), Catch::Contains("003_broken"));
  CHECK(database.value("SELECT to_regclass('first') IS NULL") == "t");
  CHECK(persistence::schema_version(connection) == 0);
}

TEST_CASE("a database of a newer program is refused") {
  test::TestDatabase database;
  logging::Logger log{test::quiet()};
  persistence::Connection connection(test::options_for(database), log);
  persistence::migrate(connection, kTwo);
  CHECK_THROWS_WITH(persistence::migrate(connection, std::span{kTwo}.first(1)),
                    Catch::Contains("newer than this program"));
}

TEST_CASE("a role that may not create tables is told what it needs") {
  test::TestDatabase database;
  logging::Logger log{test::quiet()};
  database.query_as_admin("ALTER DATABASE " + database.name() + " OWNER TO CURRENT_USER");
  persistence::Connection connection(test::options_for(database), log);
  CHECK_THROWS_WITH(persistence::migrate(connection, kTwo), Catch::Contains("GRANT CREATE ON SCHEMA public"));
}

TEST_CASE("eight programs may migrate at once: one does it") {
  test::TestDatabase database;
  logging::Logger log{test::quiet()};
  std::atomic<int> applied{0};
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> programs;
    for (int i = 0; i < 8; ++i) {
      programs.emplace_back([&] {
        try {
          persistence::Connection connection(test::options_for(database), log);
          applied += static_cast<int>(persistence::migrate(connection, kTwo).size());
        } catch (const std::exception&) {
          ++failed;
        }
      });
    }
  }
  CHECK(applied == 2);
  CHECK(failed == 0);
}

}  // namespace
