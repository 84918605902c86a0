#include "persistence/connection.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

namespace pizza::persistence {
namespace {

using std::chrono::milliseconds;

/// Time for the server's own timeout to speak before we give the connection up.
constexpr milliseconds kGrace{2000};

std::string session_settings(const ConnectionOptions& options) {
  return fmt::format(
      "-c timezone=UTC -c datestyle=ISO -c statement_timeout={} -c lock_timeout={} "
      "-c idle_in_transaction_session_timeout={} -c client_connection_check_interval=2000 "
      // Compiling a plan takes longer than any statement may; one mistaken estimate would have it done each time.
      "-c default_transaction_read_only={} -c synchronous_commit={} -c jit=off",
      options.statement_timeout.count(), options.lock_timeout.count(), options.idle_in_transaction_timeout.count(),
      options.read_only ? "on" : "off", options.durable ? "on" : "off");
}

/// libpq's messages have line breaks and tabs; each run of blanks becomes one.
std::string one_line(std::string_view message) {
  std::string line;
  for (const char c : message) {
    const bool blank = c == '\n' || c == '\t' || c == ' ';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

/// libpq would print notices on stderr; ours go where every line goes.
void take_notice(void* logger, const PGresult* notice) {
  auto& log = *static_cast<logging::Logger*>(logger);
  log.debug({.action = "db_notice", .message = one_line(PQresultErrorMessage(notice))});
}

/// What is thrown is told first.
SqlError told(const Observer& observer, SqlError error) {
  if (observer.on_failed) observer.on_failed(error.kind());
  return error;
}

/// Tells how long it lived.
class Stopwatch {
 public:
  explicit Stopwatch(const Observer::Took& took) : took_(took) {}
  ~Stopwatch() {
    if (took_) took_(std::chrono::steady_clock::now() - start_);
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  const Observer::Took& took_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void wait_for_socket(PGconn* connection, bool for_writing, core::Deadline deadline, bool& ready) {
  pollfd descriptor{PQsocket(connection), static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), 0};
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    const int count = poll(&descriptor, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (count > 0 || (count < 0 && errno != EINTR)) {
      ready = true;
      return;
    }
    if (count == 0) {
      ready = false;
      return;
    }
  }
}

}  // namespace

void Connection::Closer::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

Connection::Connection(const ConnectionOptions& options, logging::Logger& log)
    : log_(log), observer_(options.observer), call_timeout_(options.statement_timeout + kGrace) {
  auto keywords = options.keywords;
  keywords.insert(keywords.end(), {{"application_name", options.application_name},
                                   {"client_encoding", "UTF8"},
                                   {"keepalives_idle", "5"},
                                   {"keepalives_interval", "2"},
                                   {"keepalives_count", "3"},
                                   {"tcp_user_timeout", "5000"},
                                   {"options", session_settings(options)}});
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : keywords) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);

  connection_.reset(PQconnectStartParams(names.data(), values.data(), 1));
  if (!connection_) throw told(observer_, SqlError("out of memory for a database connection", {}, true));
  PQsetNoticeReceiver(connection_.get(), take_notice, &log_);
  // The detail of a refused row quotes it, and rows hold names and addresses.
  PQsetErrorVerbosity(connection_.get(), PQERRORS_TERSE);
  const auto deadline = core::after(options.connect_timeout);
  auto state = PGRES_POLLING_WRITING;
  while (PQstatus(connection_.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
    bool ready = false;
    wait_for_socket(connection_.get(), state == PGRES_POLLING_WRITING, deadline, ready);
    if (!ready) {
      const auto limit = options.connect_timeout.count();
      throw told(observer_, SqlError(fmt::format("database does not answer within {} ms", limit), {}, true));
    }
    state = PQconnectPoll(connection_.get());
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    const auto reason = one_line(PQerrorMessage(connection_.get()));
    throw told(observer_, SqlError("cannot connect to the database: " + reason, {}, true));
  }
  PQsetnonblocking(connection_.get(), 1);
  if (observer_.on_opened) observer_.on_opened();
}

Connection::~Connection() = default;

bool Connection::usable() const noexcept { return !broken_ && PQstatus(connection_.get()) == CONNECTION_OK; }

void Connection::fail(std::string_view name, std::string detail) {
  broken_ = true;
  throw told(observer_, SqlError(fmt::format("{}: {}", name, detail), {}, true));
}

void Connection::await(bool for_writing, std::string_view name, core::Deadline deadline) {
  bool ready = false;
  wait_for_socket(connection_.get(), for_writing, deadline, ready);
  if (!ready) fail(name, "the database stopped answering");
}

void Connection::flush(std::string_view name, core::Deadline deadline) {
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left == 0) return;
    if (left < 0) fail(name, one_line(PQerrorMessage(connection_.get())));
    await(true, name, deadline);
    if (PQconsumeInput(connection_.get()) == 0) fail(name, one_line(PQerrorMessage(connection_.get())));
  }
}

Result Connection::finish(std::string_view name, core::Deadline deadline) {
  flush(name, deadline);
  Result last{nullptr};
  std::optional<SqlError> error;
  for (;;) {
    while (PQisBusy(connection_.get()) != 0) {
      await(false, name, deadline);
      if (PQconsumeInput(connection_.get()) == 0) fail(name, one_line(PQerrorMessage(connection_.get())));
    }
    PGresult* raw = PQgetResult(connection_.get());
    if (raw == nullptr) break;
    Result result{raw};
    const auto status = PQresultStatus(raw);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
      last = std::move(result);
    } else if (!error) {
      const char* sqlstate = PQresultErrorField(raw, PG_DIAG_SQLSTATE);
      const std::string code = sqlstate == nullptr ? "" : sqlstate;
      // 57P01..03: the server ends the session itself; no SQLSTATE: nobody is there any more.
      const bool finished = PQstatus(connection_.get()) != CONNECTION_OK || code.empty() || code.starts_with("57P") ||
                            code.starts_with("08") || code == "25P03" || code == "25006";
      if (finished) broken_ = true;
      error.emplace(fmt::format("{}: {}", name, one_line(PQresultErrorMessage(raw))), code, finished);
    }
  }
  if (error) throw told(observer_, *error);
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail(name, one_line(PQerrorMessage(connection_.get())));
  return last;
}

Connection::Statements::value_type& Connection::known(std::string_view name) {
  auto found = statements_.find(name);
  if (found == statements_.end()) {
    auto took = observer_.on_statement ? observer_.on_statement(name) : Observer::Took{};
    found = statements_.emplace(name, Known{.took = std::move(took)}).first;
  }
  return *found;
}

Result Connection::execute(const Statement& statement, const Params& params) {
  const auto until = deadline();
  auto& [name, use] = known(statement.name);
  const Stopwatch stopwatch(use.took);
  if (!use.prepared) {
    if (PQsendPrepare(connection_.get(), name.c_str(), std::string{statement.sql}.c_str(), 0, nullptr) == 0) {
      fail(name, one_line(PQerrorMessage(connection_.get())));
    }
    finish(name, until);
    use.prepared = true;
  }
  std::vector<const char*> values;
  values.reserve(params.values().size());
  for (const auto& value : params.values()) values.push_back(value ? value->c_str() : nullptr);
  if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), values.data(), nullptr,
                          nullptr, 0) == 0) {
    fail(name, one_line(PQerrorMessage(connection_.get())));
  }
  return finish(name, until);
}

Result Connection::run(const std::string& sql) { return run("other", sql); }

Result Connection::run(std::string_view name, const std::string& sql) {
  const Stopwatch stopwatch(known(name).second.took);
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) fail("query", one_line(PQerrorMessage(connection_.get())));
  return finish("query", deadline());
}

void Connection::listen(std::string_view channel) {
  struct Free {
    void operator()(char* text) const noexcept { PQfreemem(text); }
  };
  const std::unique_ptr<char, Free> quoted{PQescapeIdentifier(connection_.get(), channel.data(), channel.size())};
  if (!quoted) fail("listen", one_line(PQerrorMessage(connection_.get())));
  run(std::string{"LISTEN "} + quoted.get());
}

std::optional<Notification> Connection::next_notification(core::Deadline deadline, const core::Wakeup& wakeup) {
  struct Free {
    void operator()(PGnotify* notify) const noexcept { PQfreemem(notify); }
  };
  for (bool waited = false;; waited = true) {
    if (PQconsumeInput(connection_.get()) == 0) fail("notification", one_line(PQerrorMessage(connection_.get())));
    if (const std::unique_ptr<PGnotify, Free> next{PQnotifies(connection_.get())}) {
      return Notification{next->relname, next->extra};
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (waited || left <= milliseconds{0}) return std::nullopt;
    wakeup.wait(PQsocket(connection_.get()), left);
  }
}

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.run("begin", "BEGIN"); }

Transaction::~Transaction() {
  if (!open_ || !connection_.usable()) return;
  try {
    connection_.run("rollback", "ROLLBACK");
  } catch (const SqlError&) {
    connection_.broken_ = true;  // it is not known what this session would do next
  }
}

void Transaction::commit() {
  open_ = false;
  try {
    const auto result = connection_.run("commit", "COMMIT");
    // A failed transaction answers COMMIT with the tag ROLLBACK and no error.
    if (result.command() != "COMMIT") throw SqlError("COMMIT: the transaction was rolled back", "25P02", false);
  } catch (const SqlError& error) {
    if (error.connection_finished()) throw CommitInDoubt(error.what(), error.sqlstate(), true);
    throw;
  }
}

Connection& Session::get() {
  if (!connection_ || !connection_->usable()) {
    connection_.reset();
    connection_ = std::make_unique<Connection>(options_, log_);
  }
  return *connection_;
}

}  // namespace pizza::persistence
