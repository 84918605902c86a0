#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/servers.hpp"

struct pg_conn;

namespace pizza::test {

/// A fresh, empty database for one test, dropped (with its sessions) at the end. It belongs to a role of its own that
/// is no superuser, as in production. Not thread-safe. Everything throws core::Error with PostgreSQL's message.
class TestDatabase {
 public:
  explicit TestDatabase(const Servers& servers = Servers::shared());
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  /// `postgres://user:password@host:port/name`, as its owner.
  std::string url() const;
  const std::string& name() const { return name_; }
  const std::string& user() const { return name_; }  ///< the owner is called like the database
  const std::string& password() const { return password_; }
  const Servers::Endpoint& server() const { return servers_.database(); }

  using Rows = std::vector<std::vector<std::string>>;  ///< as text; null is "NULL"
  /// One statement as the owner. Connects anew if the last connection was lost.
  Rows query(const std::string& sql);
  /// The only value of a one-row, one-column result.
  std::string value(const std::string& sql);
  /// Any number of statements.
  void execute(const std::string& sql) { query(sql); }
  /// One statement in this database as the administrator (superuser).
  Rows query_as_admin(const std::string& sql);
  /// Ends all sessions of the database but our own: what a failover or an administrator does to a client.
  void disconnect_everyone();

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  using Connection = std::unique_ptr<pg_conn, Close>;
  static Rows run(Connection& connection, const std::string& url, const std::string& sql);
  std::string url_of(const std::string& user, const std::string& password, const std::string& database) const;

  const Servers& servers_;
  std::string name_;
  std::string password_;
  Connection owner_;
  Connection admin_;
};

}  // namespace pizza::test
