#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/security/least_privilege.hpp"
#include "e2e/security/tls_servers.hpp"
#include "logging/logger.hpp"
#include "persistence/connection.hpp"
#include "persistence/sql_error.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

constexpr std::array<const char*, 4> kRoles{"pizza_order", "pizza_kitchen", "pizza_tracking", "pizza_prune"};

/// What each role may do with each table: Select, Insert, Update, Delete; nobody anything else. A new table needs a row
/// here and its grants in schema/roles.sql.
const std::map<std::string, std::array<std::string, 4>> kRights{
    {"orders", {"SIU", "SU", "S", "SD"}},
    {"order_items", {"SI", "S", "S", "SD"}},
    {"order_status_log", {"SI", "I", "S", "SD"}},
    {"order_stages", {"S", "SIU", "S", "SD"}},
    {"workers", {"S", "SIU", "S", ""}},
    {"customers", {"SIU", "SIU", "", ""}},
    {"priority_counters", {"SIU", "SIU", "S", ""}},
    {"order_counters", {"SIU", "", "", "S"}},
    {"pruned_orders", {"S", "", "", "SIU"}},
    {"idempotency_keys", {"SIUD", "", "", ""}},
    {"outbox", {"SIUD", "SIUD", "", "S"}},
    {"schema_migrations", {"S", "", "", "S"}},
};

/// The same for sequences: may it take a number?
const std::map<std::string, std::array<bool, 4>> kNumbers{
    {"orders_id_seq", {true, false, false, false}},   {"order_items_id_seq", {true, false, false, false}},
    {"customers_id_seq", {true, true, false, false}}, {"order_status_log_id_seq", {true, true, false, false}},
    {"outbox_id_seq", {true, true, false, false}},    {"workers_id_seq", {false, true, false, false}},
};

/// A session that tries everything and leaves nothing.
class Session {
 public:
  explicit Session(const std::string& url)
      : connection_({.keywords = {{"dbname", url}}, .application_name = "rights test"}, log_) {
    connection_.run("SET default_transaction_read_only = off");  // whoever means harm does so first
  }

  /// Whether the database lets it, whatever it then makes of it.
  bool may(const std::string& sql) {
    connection_.run("BEGIN");
    std::string sqlstate;
    try {
      connection_.run(sql);
    } catch (const persistence::SqlError& error) {
      sqlstate = error.sqlstate();
    }
    connection_.run("ROLLBACK");
    return sqlstate != "42501";
  }

 private:
  logging::Logger log_{{.service = "test", .level = logging::Level::error, .file = "/dev/null"}};
  persistence::Connection connection_;
};

struct RestaurantWithRoles {
  static RestaurantWithRoles& get() {
    static RestaurantWithRoles here;
    return here;
  }

  Restaurant restaurant{TlsServers::get().servers};
  LeastPrivilege rights{restaurant, TlsServers::get().servers};

  std::set<std::string> relations(const std::string& kinds) {
    std::set<std::string> names;
    for (const auto& row : restaurant.database().query_as_admin(
             "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN (" + kinds +
             ") AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')")) {
      names.insert(row.front());
    }
    return names;
  }
  std::string first_column(const std::string& table) {
    return restaurant.database().value("SELECT attname FROM pg_attribute WHERE attrelid = '" + table +
                                       "'::regclass AND attnum = 1");
  }
};

template <class Map>
std::set<std::string> keys_of(const Map& map) {
  std::set<std::string> keys;
  for (const auto& [key, value] : map) keys.insert(key);
  return keys;
}

}  // namespace

TEST_CASE("each role may do with each table what the table of rights says, and nothing else") {
  auto& here = RestaurantWithRoles::get();
  REQUIRE(here.relations("'r', 'p', 'v', 'm', 'f'") == keys_of(kRights));
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    Session session(here.rights.database_url(kRoles[i]));
    for (const auto& [table, rights] : kRights) {
      CAPTURE(kRoles[i], table);
      const auto column = here.first_column(table);
      std::string found;
      if (session.may("SELECT * FROM " + table)) found += 'S';
      if (session.may("INSERT INTO " + table + " (" + column + ") VALUES (NULL)")) found += 'I';
      if (session.may("UPDATE " + table + " SET " + column + " = DEFAULT WHERE false")) found += 'U';
      if (session.may("DELETE FROM " + table + " WHERE false")) found += 'D';
      CHECK(found == rights[i]);
      for (const auto& sql :
           {"TRUNCATE " + table + " CASCADE", "DROP TABLE " + table + " CASCADE",
            "ALTER TABLE " + table + " ADD COLUMN more integer", "CREATE INDEX ON " + table + " (" + column + ")",
            "ALTER TABLE " + table + " DISABLE TRIGGER ALL", "ALTER TABLE " + table + " RENAME TO other",
            "CREATE RULE r AS ON INSERT TO " + table + " DO INSTEAD NOTHING"}) {
        CAPTURE(sql);
        CHECK_FALSE(session.may(sql));
      }
    }
  }
}

TEST_CASE("numbers are taken by those who write the rows") {
  auto& here = RestaurantWithRoles::get();
  REQUIRE(here.relations("'S'") == keys_of(kNumbers));
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    Session session(here.rights.database_url(kRoles[i]));
    for (const auto& [sequence, rights] : kNumbers) {
      CAPTURE(kRoles[i], sequence);
      CHECK(session.may("SELECT nextval('" + sequence + "')") == rights[i]);
      CHECK_FALSE(session.may("SELECT setval('" + sequence + "', 1)"));
      CHECK_FALSE(session.may("ALTER SEQUENCE " + sequence + " RESTART"));
    }
  }
}

TEST_CASE("no role makes anything new, becomes another, or reaches the server's files") {
  auto& here = RestaurantWithRoles::get();
  for (const std::string role : kRoles) {
    Session session(here.rights.database_url(role));
    const std::string other = role == "pizza_order" ? "pizza_kitchen" : "pizza_order";
    for (const auto& sql :
         {std::string{"CREATE TABLE more (id integer)"}, std::string{"CREATE TEMP TABLE more (id integer)"},
          std::string{"CREATE SCHEMA more"}, std::string{"CREATE VIEW more AS SELECT 1"},
          std::string{"CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'"},
          std::string{"CREATE ROLE more"}, std::string{"SELECT lo_create(0)"}, std::string{"SELECT lo_creat(-1)"},
          std::string{"SELECT lo_from_bytea(0, 'x')"}, "SET ROLE " + other, "ALTER ROLE " + other + " PASSWORD 'x'",
          "GRANT " + other + " TO " + role, "ALTER ROLE " + role + " SUPERUSER",
          std::string{"COPY (SELECT 1) TO PROGRAM 'true'"}, std::string{"SELECT pg_read_file('PG_VERSION')"},
          std::string{"SELECT * FROM pg_authid"}}) {
      CAPTURE(role, sql);
      CHECK_FALSE(session.may(sql));
    }
  }
}

TEST_CASE("nobody else gets in") {
  auto& here = RestaurantWithRoles::get();
  auto& database = here.restaurant.database();
  database.query_as_admin("CREATE ROLE stranger LOGIN PASSWORD 'known'");
  const auto& server = database.server();
  const auto url = [&](const std::string& name) {
    return "postgres://stranger:known@127.0.0.1:" + std::to_string(server.port) + "/" + name;
  };
  Session elsewhere(url("postgres"));  // so it is not its password
  CHECK_THROWS_WITH(Session(url(database.name())), Catch::Contains("permission denied for database"));
  database.query_as_admin("GRANT CONNECT ON DATABASE " + database.name() + " TO stranger");
  {
    Session inside(url(database.name()));
    for (const auto& [table, rights] : kRights) CHECK_FALSE(inside.may("SELECT FROM public." + table));
  }
  database.query_as_admin("DROP OWNED BY stranger");
  database.query_as_admin("DROP ROLE stranger");
}
