#include "persistence/connection.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/persistence/database_access.hpp"
#include "persistence/pool.hpp"
#include "support/names.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using persistence::Params;
using persistence::SqlError;
using persistence::Statement;
using test::DatabaseAccess;
using test::kSleep;

constexpr Statement kEcho{"echo", "SELECT $1::text, $2::integer, $3::text[], $4::timestamptz"};

TEST_CASE("values survive the way to the database and back exactly") {
  const DatabaseAccess access;
  persistence::Connection connection(access.options, const_cast<DatabaseAccess&>(access).log);
  const std::vector<std::optional<std::string>> texts{R"(a "quoted" \ one)", "", "NULL", "王小明, {x}", std::nullopt};
  const auto time = core::parse_utc("2024-12-31T23:59:59.123456Z");
  const auto row = connection.execute(kEcho, Params::of("O'Neil", 42, texts, *time));
  CHECK(row.view(0, 0) == "O'Neil");
  CHECK(row.integer(0, 1) == 42);
  CHECK(row.view(0, 2) == R"({"a \"quoted\" \\ one","","NULL","王小明, {x}",NULL})");
  CHECK(row.time(0, 3) == time);
}

TEST_CASE("a session speaks UTC, has timeouts, and can be read-only") {
  DatabaseAccess access;
  access.options.read_only = true;
  persistence::Connection connection(access.options, access.log);
  CHECK(connection.run("SHOW timezone").view(0, 0) == "UTC");
  CHECK(connection.run("SHOW statement_timeout").view(0, 0) == "5s");
  CHECK(connection.run("SHOW lock_timeout").view(0, 0) == "3s");
  CHECK_THROWS_AS(connection.run("CREATE TABLE t (a int)"), SqlError);
}

TEST_CASE("a statement that takes too long is ended by its timeout and the session goes on") {
  DatabaseAccess access;
  access.options.statement_timeout = 200ms;
  persistence::Connection connection(access.options, access.log);
  try {
    connection.execute(kSleep, Params::of(30));
    FAIL("it did not time out");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "57014");
    CHECK_FALSE(error.connection_finished());
    CHECK_FALSE(error.blames_data());
  }
  CHECK(connection.usable());
  CHECK(connection.execute(kSleep, Params::of(0)).rows() == 1);
}

TEST_CASE("an error names its statement, its SQLSTATE and whose fault it is") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  connection.run("CREATE TABLE t (a integer CHECK (a > 0))");
  constexpr Statement kInsert{"insert_t", "INSERT INTO t VALUES ($1)"};
  try {
    connection.execute(kInsert, Params::of(-1));
    FAIL("the constraint did not hold");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "23514");
    CHECK(error.blames_data());
    CHECK(std::string{error.what()}.starts_with("insert_t: "));
  }
}

/// What a session told.
struct Told {
  int opened = 0;
  std::map<SqlError::Kind, int> failed;
  std::map<std::string, int> asked;
  std::map<std::string, std::vector<double>> took;

  persistence::Observer observer() {
    return {.on_opened = [this] { ++opened; },
            .on_failed = [this](SqlError::Kind kind) { ++failed[kind]; },
            .on_statement = [this](std::string_view name) -> persistence::Observer::Took {
              ++asked[std::string{name}];
              return [&times = took[std::string{name}]](auto time) { times.push_back(time.count()); };
            }};
  }
};

TEST_CASE("an observer is told of sessions and of how long each statement took, by its name") {
  DatabaseAccess access;
  Told told;
  access.options.observer = told.observer();
  persistence::Connection connection(access.options, access.log);
  CHECK(told.opened == 1);
  connection.execute(kSleep, Params::of(1));
  for (int i = 0; i < 3; ++i) connection.execute(kSleep, Params::of(0));
  {
    persistence::Transaction transaction(connection);
    transaction.execute(kSleep, Params::of(0));
    transaction.commit();
  }
  {
    persistence::Transaction undone(connection);
    undone.execute(kSleep, Params::of(0));
  }
  {
    const persistence::Transaction unused(connection);
  }
  connection.run("SELECT 1");
  CHECK(told.asked ==
        std::map<std::string, int>{{"sleep", 1}, {"begin", 1}, {"commit", 1}, {"rollback", 1}, {"other", 1}});
  REQUIRE(told.took["sleep"].size() == 6);
  CHECK(told.took["sleep"][0] >= 1);
  CHECK(told.took["sleep"][0] < 60);
  CHECK(told.took["sleep"][1] > 0);
  CHECK(told.took["begin"].empty());  // it goes with the first statement
  CHECK(told.took["commit"].size() == 1);
  CHECK(told.took["rollback"].size() == 1);
  CHECK(told.took["other"].size() == 1);
  CHECK(told.failed.empty());

  persistence::Connection second(access.options, access.log);
  second.execute(kSleep, Params::of(0));
  CHECK(told.opened == 2);
  CHECK(told.asked["sleep"] == 2);
}

TEST_CASE("an observer is told what failed, of which kind, and how long that took") {
  DatabaseAccess access;
  Told told;
  access.options.observer = told.observer();
  access.options.statement_timeout = 200ms;
  persistence::Connection connection(access.options, access.log);
  CHECK_THROWS_AS(connection.execute(kSleep, Params::of(30)), SqlError);
  CHECK(told.failed == std::map<SqlError::Kind, int>{{SqlError::Kind::timeout, 1}});
  REQUIRE(told.took["sleep"].size() == 1);
  CHECK(told.took["sleep"][0] >= 0.2);
  CHECK_THROWS_AS(connection.run("SELECT 1/0"), SqlError);
  CHECK_THROWS_AS(connection.execute(Statement{"nonsense", "SELEKT"}), SqlError);
  CHECK_THROWS_AS(connection.execute(Statement{"nonsense", "SELEKT"}), SqlError);
  access.database.disconnect_everyone();
  CHECK_THROWS_AS(connection.run("SELECT 1"), SqlError);
  CHECK(told.failed == std::map<SqlError::Kind, int>{{SqlError::Kind::connection, 1},
                                                     {SqlError::Kind::timeout, 1},
                                                     {SqlError::Kind::data, 1},
                                                     {SqlError::Kind::other, 2}});
  access.options.keywords = {{"host", "127.0.0.1"}, {"port", std::to_string(test::free_port())}};
  CHECK_THROWS_AS(persistence::Connection(access.options, access.log), SqlError);
  CHECK(told.failed[SqlError::Kind::connection] == 2);
  CHECK(told.opened == 1);
}

TEST_CASE("a session that goes by key reads no whole table, however small it was when the plan was made") {
  DatabaseAccess access;
  access.options.by_key = true;
  persistence::Connection connection(access.options, access.log);
  connection.run("CREATE TABLE t (a integer PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)");
  connection.run("VACUUM ANALYZE t");  // one page: reading it whole is the cheapest
  const auto whole_reads = [&] {
    connection.run("SELECT pg_stat_force_next_flush()");
    return connection.run("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 't'").integer(0, 0);
  };
  const auto before = whole_reads();
  constexpr Statement kFind{"find_t", "SELECT a FROM t WHERE a = ANY ($1::integer[])"};
  for (int i = 0; i < 10; ++i) connection.execute(kFind, Params::of(std::vector<int>{1, 2, 3}));
  connection.run("INSERT INTO t SELECT generate_series(4, 1000)");
  CHECK(connection.execute(kFind, Params::of(std::vector<int>{1, 2, 3})).rows() == 3);
  CHECK(whole_reads() == before);
}

TEST_CASE("a session that died while idle is noticed at its next use and made anew") {
  DatabaseAccess access;
  persistence::Session session(access.options, access.log);
  session.get().run("SELECT 1");
  access.database.disconnect_everyone();
  try {
    session.get().run("SELECT 1");
    FAIL("the dead session answered");
  } catch (const SqlError& error) {
    CHECK(error.connection_finished());
  }
  CHECK(session.get().run("SELECT 7").integer(0, 0) == 7);
}

TEST_CASE("a server that stopped answering is given up within the timeout and two seconds") {
  auto servers = test::Servers::own();
  test::TestDatabase database{servers};
  logging::Logger log{test::quiet()};
  auto options = test::options_for(database);
  options.statement_timeout = 300ms;
  persistence::Connection connection(options, log);
  servers.pause_database();
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(connection.run("SELECT 1"), SqlError);
  CHECK_FALSE(connection.usable());
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  options.connect_timeout = 500ms;
  CHECK_THROWS_AS(persistence::Connection(options, log), SqlError);
  servers.resume_database();
}

TEST_CASE("a wrong password is refused without being repeated") {
  DatabaseAccess access;
  access.options.keywords.emplace_back("password", "s3cret-and-wrong");
  try {
    const persistence::Connection connection(access.options, access.log);
    FAIL("it was let in");
  } catch (const SqlError& error) {
    CHECK(std::string{error.what()}.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("an error names what was refused and quotes nothing of the row") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  connection.run("CREATE TABLE guests (name text, age integer CONSTRAINT grown_up CHECK (age >= 18))");
  std::string error;
  try {
    connection.run("INSERT INTO guests VALUES ('Anna Schmidt', 7)");
  } catch (const persistence::SqlError& refused) {
    error = refused.what();
  }
  CHECK(error.find("grown_up") != std::string::npos);
  CHECK(error.find("Anna") == std::string::npos);
}

TEST_CASE("a pool lends no more than its size and replaces what broke") {
  DatabaseAccess access;
  persistence::Pool pool(access.options, 1, access.log);
  {
    auto lease = pool.acquire(core::after(1s));
    CHECK_THROWS_AS(pool.acquire(core::after(50ms)), persistence::PoolExhausted);
    lease->run("SELECT 1");
  }
  const auto asks = [&] { pool.acquire(core::after(1s))->run("SELECT 1"); };
  CHECK_NOTHROW(asks());
  access.database.disconnect_everyone();
  CHECK_THROWS_AS(asks(), persistence::SqlError);
  CHECK_NOTHROW(asks());
}

}  // namespace
