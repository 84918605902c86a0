#include <algorithm>
#include <optional>
#include <utility>

#include <libpq-fe.h>

#include "persistence/connection.hpp"
#include "telling.hpp"

// Statements that go to the server together, in one round trip (libpq's pipeline mode).

namespace pizza::persistence {
namespace {

/// Goes with the first statement, and its time is in that one's.
constexpr std::string_view kBegin = "BEGIN";
constexpr std::string_view kCommit = "COMMIT";

using Clock = std::chrono::steady_clock;

}  // namespace

void Connection::post(std::string_view name, std::string_view sql, std::optional<Params> params) {
  posted_.push_back({&known(name), std::string{sql}, std::move(params)});
}

/// Everything that was posted. The server skips what follows an error.
std::vector<Result> Connection::send_posted() {
  auto commands = std::exchange(posted_, {});
  if (commands.empty()) return {};
  std::vector<Result> results;
  if (commands.size() == 1 && commands.front().params) {
    results.push_back(execute_alone(commands.front()));
    return results;
  }
  auto* raw = connection_.get();
  broken_ = true;  // until it is out of pipeline mode again
  const std::string_view last = commands.back().statement->first;
  const auto until = core::after(limit_of(commands));
  auto since = Clock::now();
  if (PQenterPipelineMode(raw) == 0) fail(last, one_line(PQerrorMessage(raw)));
  for (auto& command : commands) {
    // Answers come together, at the cost of one; only what the disk takes for a commit is to be told apart.
    if (command.sql == kCommit) PQsendFlushRequest(raw);
    send(command);
  }
  if (PQpipelineSync(raw) == 0) fail(last, one_line(PQerrorMessage(raw)));
  flush(last, until);
  std::optional<SqlError> error;
  for (auto& command : commands) {
    results.push_back(receive(command, since, until, error));
    if (error && !refused_) refused_ = &command != &commands.back() && !error->sqlstate().empty();
    if (error && error->connection_finished()) throw told(observer_, *error);
    if (command.sql != kBegin) since = Clock::now();
  }
  auto* end = next_result(last, until);
  const bool synchronised = PQresultStatus(end) == PGRES_PIPELINE_SYNC;
  PQclear(end);
  if (!synchronised || PQexitPipelineMode(raw) == 0) fail(last, one_line(PQerrorMessage(raw)));
  broken_ = false;
  if (error) throw told(observer_, *error);
  return results;
}

/// The server may take its time for each statement.
std::chrono::milliseconds Connection::limit_of(const std::vector<Command>& commands) const {
  const auto statements =
      std::ranges::count_if(commands, [](const Command& command) { return command.params.has_value(); });
  return std::max<std::int64_t>(statements, 1) * statement_timeout_ + kGrace;
}

Result Connection::execute_alone(Command& command) {
  auto& [name, use] = *command.statement;
  const Stopwatch stopwatch(use.took, Clock::now());
  const auto until = deadline();
  if (!use.prepared) {
    if (PQsendPrepare(connection_.get(), name.c_str(), command.sql.c_str(), 0, nullptr) == 0) {
      fail(name, one_line(PQerrorMessage(connection_.get())));
    }
    finish(name, until);
    use.prepared = true;
  }
  send(command);
  return finish(name, until);
}

void Connection::send(Command& command) {
  auto& [name, use] = *command.statement;
  auto* raw = connection_.get();
  bool sent = true;
  if (!command.params) {
    sent = PQsendQueryParams(raw, command.sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) != 0;
  } else {
    if (!use.prepared) {
      sent = PQsendPrepare(raw, name.c_str(), command.sql.c_str(), 0, nullptr) != 0;
      command.prepares = use.prepared = true;
    }
    std::vector<const char*> values;
    values.reserve(command.params->values().size());
    for (const auto& value : command.params->values()) values.push_back(value ? value->c_str() : nullptr);
    sent = sent && PQsendQueryPrepared(raw, name.c_str(), static_cast<int>(values.size()), values.data(), nullptr,
                                       nullptr, 0) != 0;
  }
  if (!sent) fail(name, one_line(PQerrorMessage(raw)));
}

/// `error`: the first of all. What was skipped took no time.
Result Connection::receive(Command& command, Clock::time_point since, core::Deadline until,
                           std::optional<SqlError>& error) {
  auto& [name, use] = *command.statement;
  static const Observer::Took unobserved;
  const Stopwatch stopwatch(error || command.sql == kBegin ? unobserved : use.took, since);
  if (command.prepares) {
    collect(name, until, error);
    if (error) use.prepared = false;
  }
  return collect(name, until, error);
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.post("begin", kBegin, std::nullopt);
}

Transaction::~Transaction() {
  if (!open_) return;
  const bool nothing_to_undo = !begun();
  connection_.posted_.clear();
  if (nothing_to_undo || !connection_.usable()) return;
  try {
    connection_.run("rollback", "ROLLBACK");
  } catch (const SqlError&) {
    connection_.broken_ = true;  // it is not known what this session would do next
  }
}

bool Transaction::begun() const {
  const auto& posted = connection_.posted_;
  return posted.empty() || posted.front().sql != kBegin;
}

std::vector<Result> Transaction::commit() {
  const bool was_begun = begun();
  connection_.post("commit", kCommit, std::nullopt);
  connection_.refused_ = false;
  try {
    auto results = connection_.send_posted();
    open_ = false;
    // A failed transaction answers COMMIT with the tag ROLLBACK and no error.
    if (results.back().command() != "COMMIT") throw SqlError("COMMIT: the transaction was rolled back", "25P02", false);
    results.pop_back();
    if (!was_begun) results.erase(results.begin());
    return results;
  } catch (const SqlError& error) {
    if (!error.connection_finished()) throw;
    open_ = false;  // whoever looks up what happened may do so in a new session, in place of this
    if (connection_.refused_) throw;
    throw CommitInDoubt(error.what(), error.sqlstate(), true);
  }
}

}  // namespace pizza::persistence
