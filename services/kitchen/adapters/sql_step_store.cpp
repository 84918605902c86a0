#include "kitchen/adapters/sql_step_store.hpp"

#include <utility>

#include "kitchen/adapters/sql.hpp"
#include "kitchen/adapters/sql_claims.hpp"
#include "kitchen/adapters/sql_finishes.hpp"
#include "kitchen/app/claim_rule.hpp"
#include "outbox/store.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Params;

/// Attempts to lock what a batch of turns is about. One more than the first is rare.
constexpr int kLocking = 5;

/// Runs a step, and says in the kitchen's words why it failed. `culprit` is read when it does.
template <class Step>
auto guarded(Step step, const std::string& culprit = {}) {
  try {
    return step();
  } catch (const persistence::SqlError& error) {
    if (error.sqlstate() == sql::kNotAllMoved) throw TakenOver();
    if (error.blames_data()) throw StepRefused(error.what(), culprit);
    throw StepUnavailable(error.what());
  }
}

}  // namespace

SqlStepStore::SqlStepStore(persistence::ConnectionOptions database, WorkerIdentity worker, StationWork work,
                           std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log)
    : session_(std::move(database), log),
      worker_(std::move(worker)),
      work_(std::move(work)),
      hand_over_(std::move(hand_over)) {}

std::vector<Claimed> SqlStepStore::claim(std::span<const Turn> turns) {
  std::string culprit;
  return guarded(
      [&] {
        for (int attempt = 1; attempt <= kLocking; ++attempt) {
          std::vector<outbox::Row> messages;
          persistence::Transaction transaction(session_.get());
          ClaimBatch batch(transaction, work_, worker_, turns);
          if (!batch.lock_orders()) continue;
          try {
            auto answers = batch.run(messages);
            commit(transaction, std::move(messages));
            return answers;
          } catch (const persistence::SqlError&) {
            if (turns.size() == 1) culprit = batch.subject();
            throw;
          }
        }
        throw StepUnavailable("the orders of these turns change all the time");
      },
      culprit);
}

std::vector<Finished> SqlStepStore::finish(std::span<const Cooked> cooked) {
  return guarded([&] {
    std::vector<outbox::Row> messages;
    persistence::Transaction transaction(session_.get());
    FinishBatch batch(transaction, work_, worker_, cooked);
    batch.write(messages);
    return batch.answers(commit(transaction, std::move(messages)));
  });
}

std::vector<persistence::Result> SqlStepStore::commit(persistence::Transaction& transaction,
                                                      std::vector<outbox::Row> messages) {
  auto results = outbox::append_and_commit(transaction, messages);
  hand_over_(std::move(messages));
  return results;
}

void SqlStepStore::record_failure(const std::string& order_number, const std::string& reason) {
  guarded([&] {
    const auto [waiting, working] = work_.stage();
    session_.get().execute(sql::kRecordFailure, Params::of(order_number, worker_.name, reason, kMaxAttempts,
                                                           domain::to_string(work_.station), domain::to_string(waiting),
                                                           domain::to_string(working)));
    return true;
  });
}

}  // namespace pizza::kitchen
