// What a transaction sends, and what it is told of its end.
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "integration/persistence/database_access.hpp"
#include "support/tcp_proxy.hpp"

namespace {

using namespace pizza;
using persistence::Params;
using persistence::SqlError;
using persistence::Statement;
using test::DatabaseAccess;
using test::kSleep;

TEST_CASE("a transaction that is not committed leaves nothing") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  connection.run("CREATE TABLE t (a integer)");
  constexpr Statement kInsert{"insert_t", "INSERT INTO t VALUES ($1)"};
  {
    persistence::Transaction transaction(connection);
    transaction.execute(kInsert, Params::of(1));
  }
  CHECK(access.database.value("SELECT count(*) FROM t") == "0");
  persistence::Transaction transaction(connection);
  transaction.execute(kInsert, Params::of(1));
  transaction.commit();
  CHECK(access.database.value("SELECT count(*) FROM t") == "1");
}

TEST_CASE("committing a failed transaction is an error, though the server says OK") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  persistence::Transaction transaction(connection);
  CHECK_THROWS_AS(connection.run("SELECT 1/0"), SqlError);
  CHECK_THROWS_AS(transaction.commit(), SqlError);
}

TEST_CASE("what is posted is committed with the rest, and its results come with the commit") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  connection.run("CREATE TABLE t (a integer)");
  constexpr Statement kInsert{"insert_t", "INSERT INTO t VALUES ($1::integer) RETURNING a * 10"};
  constexpr Statement kCount{"count_t", "SELECT count(*) FROM t"};
  persistence::Transaction transaction(connection);
  transaction.post(kInsert, Params::of(1));
  CHECK(transaction.execute(kCount).integer(0, 0) == 1);
  // Twice in one round trip, though it is new to the session.
  constexpr Statement kUpdate{"update_t", "UPDATE t SET a = a + $1::integer RETURNING a"};
  transaction.post(kUpdate, Params::of(1));
  transaction.post(kUpdate, Params::of(1));
  const auto results = transaction.commit();
  REQUIRE(results.size() == 2);
  CHECK(results[0].integer(0, 0) == 2);
  CHECK(results[1].integer(0, 0) == 3);
  CHECK(access.database.value("SELECT a FROM t") == "3");
  persistence::Transaction at_once(connection);
  at_once.post(kUpdate, Params::of(4));
  CHECK(at_once.commit().size() == 1);
  CHECK(access.database.value("SELECT a FROM t") == "7");
  persistence::Transaction nothing(connection);
  CHECK(nothing.commit().empty());
}

TEST_CASE("what the server says against a posted statement is thrown with its name, and nothing is committed") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  connection.run("CREATE TABLE t (a integer PRIMARY KEY)");
  constexpr Statement kInsert{"insert_t", "INSERT INTO t VALUES ($1::integer)"};
  constexpr Statement kDivide{"divide_t", "SELECT 1 / $1::integer"};
  {
    persistence::Transaction transaction(connection);
    transaction.post(kInsert, Params::of(1));
    transaction.post(kDivide, Params::of(0));
    transaction.post(kInsert, Params::of(2));
    try {
      transaction.commit();
      FAIL("it was committed");
    } catch (const SqlError& error) {
      CHECK(error.sqlstate() == "22012");
      CHECK_THAT(error.what(), Catch::StartsWith("divide_t: "));
      CHECK_FALSE(error.connection_finished());
    }
  }
  REQUIRE(connection.usable());
  CHECK(access.database.value("SELECT count(*) FROM t") == "0");
  persistence::Transaction transaction(connection);
  transaction.post(kInsert, Params::of(1));
  transaction.execute(kDivide, Params::of(1));
  transaction.commit();
  CHECK(access.database.value("SELECT count(*) FROM t") == "1");
}

TEST_CASE("what was posted with a commit whose answer is lost on the way is in doubt") {
  DatabaseAccess access;
  test::TcpProxy proxy{access.database.server().port};
  access.options.keywords.emplace_back("port", std::to_string(proxy.port()));
  persistence::Connection connection(access.options, access.log);
  persistence::Transaction transaction(connection);
  transaction.execute(kSleep, Params::of(0));
  transaction.post(kSleep, Params::of(0));
  proxy.cut_after_client_sends("COMMIT");
  CHECK_THROWS_AS(transaction.commit(), persistence::CommitInDoubt);
  CHECK(proxy.cuts() == 1);
}

TEST_CASE("what the server refused before the commit is not in doubt, though it ends the session") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  constexpr Statement kEnd{"end_session", "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep($1::integer)"};
  persistence::Transaction transaction(connection);
  transaction.post(kEnd, Params::of(10));
  try {
    transaction.commit();
    FAIL("it was committed");
  } catch (const persistence::CommitInDoubt&) {
    FAIL("it is in doubt");
  } catch (const SqlError& error) {
    CHECK(error.sqlstate() == "57P01");
    CHECK(error.connection_finished());
  }
}

TEST_CASE("a transaction whose commit is in doubt outlives its connection") {
  DatabaseAccess access;
  auto connection = std::make_unique<persistence::Connection>(access.options, access.log);
  persistence::Transaction transaction(*connection);
  transaction.execute(kSleep, Params::of(0));
  access.database.disconnect_everyone();
  CHECK_THROWS_AS(transaction.commit(), persistence::CommitInDoubt);
  connection.reset();  // what a Session does when it is asked for the next one
}

TEST_CASE("a commit whose answer never comes is in doubt, not failed") {
  DatabaseAccess access;
  persistence::Connection connection(access.options, access.log);
  persistence::Transaction transaction(connection);
  connection.run("SELECT 1");
  access.database.disconnect_everyone();
  CHECK_THROWS_AS(transaction.commit(), persistence::CommitInDoubt);
}

}  // namespace
