#include "support/test_database.hpp"

#include <libpq-fe.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "support/names.hpp"

namespace pizza::test {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

TestDatabase::Rows rows_of(const PGresult* result) {
  TestDatabase::Rows rows(static_cast<std::size_t>(PQntuples(result)));
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < PQnfields(result); ++column) {
      rows[static_cast<std::size_t>(row)].emplace_back(
          PQgetisnull(result, row, column) != 0 ? "NULL" : PQgetvalue(result, row, column));
    }
  }
  return rows;
}

}  // namespace

void TestDatabase::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

TestDatabase::TestDatabase(const Servers& servers)
    : servers_(servers), name_(unique_name("test")), password_(core::random_request_id()) {
  const auto& admin = servers_.database();
  Connection connection;
  const auto url = url_of(admin.user, admin.password, "postgres");
  run(connection, url, "CREATE ROLE " + name_ + " LOGIN PASSWORD '" + password_ + "'");
  run(connection, url, "CREATE DATABASE " + name_ + " OWNER " + name_);
}

TestDatabase::~TestDatabase() {
  owner_.reset();
  admin_.reset();
  try {
    const auto& admin = servers_.database();
    Connection connection;
    const auto url = url_of(admin.user, admin.password, "postgres");
    run(connection, url, "DROP DATABASE " + name_ + " WITH (FORCE)");
    run(connection, url, "DROP ROLE " + name_);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // The server is stopped: it goes away as a whole.
  }
}

std::string TestDatabase::url_of(const std::string& user, const std::string& password,
                                 const std::string& database) const {
  const auto& server = servers_.database();
  return "postgres://" + user + ":" + password + "@" + server.host + ":" + std::to_string(server.port) + "/" + database;
}

std::string TestDatabase::url() const { return url_of(name_, password_, name_); }

TestDatabase::Rows TestDatabase::run(Connection& connection, const std::string& url, const std::string& sql) {
  const auto connect = [&] {
    connection.reset(PQconnectdb((url + "?connect_timeout=5&application_name=test").c_str()));
    PQsetNoticeReceiver(connection.get(), [](void*, const PGresult*) {}, nullptr);
  };
  const bool was_open = connection != nullptr;
  if (!was_open) connect();
  Result result{PQexec(connection.get(), sql.c_str())};
  if (was_open && PQstatus(connection.get()) != CONNECTION_OK) {  // lost since the last statement
    connect();
    result.reset(PQexec(connection.get(), sql.c_str()));
  }
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
    throw core::Error(std::string{PQerrorMessage(connection.get())} + "in: " + sql);
  }
  return rows_of(result.get());
}

TestDatabase::Rows TestDatabase::query(const std::string& sql) { return run(owner_, url(), sql); }

std::string TestDatabase::value(const std::string& sql) {
  const auto rows = query(sql);
  if (rows.size() != 1 || rows.front().size() != 1) throw core::Error("not exactly one value: " + sql);
  return rows.front().front();
}

TestDatabase::Rows TestDatabase::query_as_admin(const std::string& sql) {
  const auto& admin = servers_.database();
  return run(admin_, url_of(admin.user, admin.password, name_), sql);
}

void TestDatabase::disconnect_everyone() {
  query_as_admin(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
      " WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

}  // namespace pizza::test
