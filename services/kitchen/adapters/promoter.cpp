#include "kitchen/adapters/promoter.hpp"

#include <algorithm>
#include <utility>

#include "kitchen/adapters/registry_sql.hpp"
#include "kitchen/app/claim_rule.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Params;
using std::chrono::milliseconds;

constexpr int kMostAtOnce = 500;

}  // namespace

Promoter::Promoter(persistence::Session& session, std::string worker_name, milliseconds max_wait)
    : session_(session), worker_name_(std::move(worker_name)), max_wait_(max_wait) {}

milliseconds Promoter::tick() const { return std::clamp(max_wait_ / 10, milliseconds{100}, milliseconds{5000}); }

std::vector<Promotion> Promoter::promote() {
  persistence::Transaction transaction(session_.get());
  std::vector<Promotion> promotions;
  if (transaction.execute(sql::kMayPromote).boolean(0, 0)) {
    const auto rows =
        transaction.execute(sql::kPromote, Params::of(max_wait_.count(), worker_name_, kMaxAttempts, kMostAtOnce));
    for (int row = 0; row < rows.rows(); ++row) {
      promotions.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2)});
    }
  }
  transaction.commit();
  return promotions;
}

}  // namespace pizza::kitchen
