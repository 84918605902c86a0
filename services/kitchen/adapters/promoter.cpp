#include "kitchen/adapters/promoter.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "kitchen/adapters/registry_sql.hpp"
#include "kitchen/app/claim_rule.hpp"

namespace pizza::kitchen {
namespace {

using persistence::Params;
using std::chrono::milliseconds;

constexpr int kMostAtOnce = 500;
constexpr auto kCanceled = "57014";  // by the statement timeout

static_assert(kMaxAttempts == 5, "kPromote and its index know it by number");

}  // namespace

Promoter::Promoter(persistence::Session& session, std::string worker_name, milliseconds max_wait, milliseconds patience)
    : session_(session),
      worker_name_(std::move(worker_name)),
      max_wait_(max_wait),
      patience_(patience),
      at_once_(kMostAtOnce) {}

milliseconds Promoter::tick() const { return std::clamp(max_wait_ / 10, milliseconds{100}, milliseconds{5000}); }

std::vector<Promotion> Promoter::promote() {
  more_ = false;
  try {
    auto promotions = promote_some();
    more_ = std::ssize(promotions) == at_once_;
    at_once_ = std::min(at_once_ * 2, kMostAtOnce);
    return promotions;
  } catch (const persistence::SqlError& error) {
    if (error.sqlstate() == kCanceled) at_once_ = std::max(at_once_ / 4, 1);
    throw;
  }
}

std::vector<Promotion> Promoter::promote_some() {
  persistence::Transaction transaction(session_.get());
  transaction.execute(sql::kHurry, Params::of(patience_.count()));
  std::vector<Promotion> promotions;
  if (transaction.execute(sql::kMayPromote).boolean(0, 0)) {
    const auto rows = transaction.execute(sql::kPromote, Params::of(max_wait_.count(), worker_name_, at_once_));
    for (int row = 0; row < rows.rows(); ++row) {
      promotions.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2)});
    }
  }
  transaction.commit();
  return promotions;
}

}  // namespace pizza::kitchen
