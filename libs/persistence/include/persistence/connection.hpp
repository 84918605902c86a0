#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/wakeup.hpp"
#include "logging/logger.hpp"
#include "persistence/observer.hpp"
#include "persistence/params.hpp"
#include "persistence/result.hpp"
#include "persistence/sql_error.hpp"
#include "persistence/statement.hpp"

struct pg_conn;

namespace pizza::persistence {

/// How to reach the database and what every session is set to. Plain data.
struct ConnectionOptions {
  /// libpq keywords in order, later ones win; `dbname` may hold a whole connection string.
  std::vector<std::pair<std::string, std::string>> keywords;
  std::string application_name;
  bool read_only = false;
  bool durable = true;  ///< false: a commit does not wait for the disk; only for what may safely be done twice
  /// Its statements look rows up by their keys, however small a table was when they were planned: plans are kept, and
  /// one that reads a whole table that was empty then would go on doing so.
  bool by_key = false;
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds statement_timeout{5000};
  std::chrono::milliseconds lock_timeout{3000};
  std::chrono::milliseconds idle_in_transaction_timeout{10'000};
  Observer observer;
};

/// What another session said with NOTIFY.
struct Notification {
  std::string channel;
  std::string payload;
};

/// One session. Sessions speak UTC, have timeouts and keepalives. Every call ends within the statement timeout, once
/// for each statement that goes with it, plus two seconds, even if the server stopped answering. Not thread-safe.
class Connection {
 public:
  /// Throws SqlError if there is no session within the connect timeout.
  Connection(const ConnectionOptions& options, logging::Logger& log);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs it as a prepared statement, preparing it at its first use here. Throws SqlError naming the statement.
  Result execute(const Statement& statement, const Params& params = {});
  /// Runs SQL text as it is, several statements too; the last one's result. For migrations and transaction control.
  Result run(const std::string& sql);

  /// Hears what is said on `channel` from now on, until the session ends. Throws SqlError.
  void listen(std::string_view channel);
  /// The next notification, in the order of their commits; those that came while a statement ran are kept. Waits until
  /// `deadline` or `wakeup`; nullopt: nothing yet, perhaps before that too. Throws SqlError if the session has ended.
  std::optional<Notification> next_notification(core::Deadline deadline, const core::Wakeup& wakeup);

  /// False once an error ended it: throw it away.
  bool usable() const noexcept;

 private:
  friend class Transaction;
  /// Time for the server's own timeout to speak before we give the connection up.
  static constexpr std::chrono::milliseconds kGrace{2000};
  /// A statement that was used here: whether it is prepared, and who is told how long it takes.
  struct Known {
    Observer::Took took;
    bool prepared = false;
  };
  using Statements = std::map<std::string, Known, std::less<>>;
  /// What goes to the server with others, in one round trip.
  struct Command {
    Statements::value_type* statement;
    std::string sql;
    std::optional<Params> params;  ///< none: transaction control, which is not prepared
    bool prepares = false;         ///< its preparing goes first
  };
  Statements::value_type& known(std::string_view name);
  Result run(std::string_view name, const std::string& sql);
  void post(std::string_view name, std::string_view sql, std::optional<Params> params);
  std::vector<Result> send_posted();
  void send(Command& command);
  Result receive(Command& command, std::chrono::steady_clock::time_point since, core::Deadline until,
                 std::optional<SqlError>& error);
  Result execute_alone(Command& command);
  std::chrono::milliseconds limit_of(const std::vector<Command>& commands) const;
  pg_result* next_result(std::string_view name, core::Deadline deadline);
  Result collect(std::string_view name, core::Deadline deadline, std::optional<SqlError>& error);
  Result finish(std::string_view name, core::Deadline deadline);
  void flush(std::string_view name, core::Deadline deadline);
  void await(bool for_writing, std::string_view name, core::Deadline deadline);
  [[noreturn]] void fail(std::string_view name, std::string detail);
  core::Deadline deadline() const { return core::after(statement_timeout_ + kGrace); }

  struct Closer {
    void operator()(pg_conn* connection) const noexcept;
  };
  logging::Logger& log_;
  const Observer observer_;
  std::chrono::milliseconds statement_timeout_;
  std::unique_ptr<pg_conn, Closer> connection_;
  Statements statements_;
  std::vector<Command> posted_;
  bool broken_ = false;
  bool refused_ = false;  ///< the server said no to something before the last of what was posted
};

/// A transaction: committed by `commit` or undone at the end of its life. It begins with its first statement, in the
/// same round trip.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result execute(const Statement& statement, const Params& params = {}) {
    return connection_.execute(statement, params);
  }
  /// A statement whose result is not needed for the next: it goes to the server together with what is executed or
  /// committed next, which throws what the server says against it.
  void post(const Statement& statement, Params params) {
    connection_.post(statement.name, statement.sql, std::move(params));
  }
  /// Returns the results of what was posted since the last execution. Throws CommitInDoubt if the answer never came,
  /// SqlError if the server did not commit.
  std::vector<Result> commit();

 private:
  bool begun() const;

  Connection& connection_;
  bool open_ = true;
};

/// A session that is made when it is needed and made anew after a loss, for a thread that keeps one.
/// Not thread-safe. `get` throws SqlError.
class Session {
 public:
  Session(ConnectionOptions options, logging::Logger& log) : options_(std::move(options)), log_(log) {}
  Connection& get();

 private:
  ConnectionOptions options_;
  logging::Logger& log_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace pizza::persistence
