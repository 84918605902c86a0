#include "persistence/connection.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "telling.hpp"

namespace pizza::persistence {
namespace {

using std::chrono::milliseconds;

std::string session_settings(const ConnectionOptions& options) {
  return fmt::format(
      "-c timezone=UTC -c datestyle=ISO -c statement_timeout={} -c lock_timeout={} "
      "-c idle_in_transaction_session_timeout={} -c client_connection_check_interval=2000 "
      // Compiling a plan takes longer than any statement may; one mistaken estimate would have it done each time.
      "-c default_transaction_read_only={} -c synchronous_commit={} -c jit=off{}",
      options.statement_timeout.count(), options.lock_timeout.count(), options.idle_in_transaction_timeout.count(),
      options.read_only ? "on" : "off", options.durable ? "on" : "off",
      options.by_key ? " -c enable_seqscan=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan" : "");
}

/// libpq would print notices on stderr; ours go where every line goes.
void take_notice(void* logger, const PGresult* notice) {
  auto& log = *static_cast<logging::Logger*>(logger);
  log.debug({.action = "db_notice", .message = one_line(PQresultErrorMessage(notice))});
}

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
    : log_(log), observer_(options.observer), statement_timeout_(options.statement_timeout) {
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

/// Null: the results of one command, or of all, are at their end.
PGresult* Connection::next_result(std::string_view name, core::Deadline deadline) {
  while (PQisBusy(connection_.get()) != 0) {
    await(false, name, deadline);
    if (PQconsumeInput(connection_.get()) == 0) fail(name, one_line(PQerrorMessage(connection_.get())));
  }
  return PQgetResult(connection_.get());
}

/// The last result of one command. The first error is kept.
Result Connection::collect(std::string_view name, core::Deadline deadline, std::optional<SqlError>& error) {
  Result last{nullptr};
  while (PGresult* raw = next_result(name, deadline)) {
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
  return last;
}

Result Connection::finish(std::string_view name, core::Deadline deadline) {
  flush(name, deadline);
  std::optional<SqlError> error;
  auto last = collect(name, deadline, error);
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
  post(statement.name, statement.sql, params);
  return std::move(send_posted().back());
}

Result Connection::run(const std::string& sql) { return run("other", sql); }

Result Connection::run(std::string_view name, const std::string& sql) {
  send_posted();
  const Stopwatch stopwatch(known(name).second.took, std::chrono::steady_clock::now());
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

Connection& Session::get() {
  if (!connection_ || !connection_->usable()) {
    connection_.reset();
    connection_ = std::make_unique<Connection>(options_, log_);
  }
  return *connection_;
}

}  // namespace pizza::persistence
