#include "order/app/audit_watch.hpp"

#include <algorithm>
#include <set>

namespace pizza::order {

void AuditWatch::look(std::chrono::milliseconds elapsed, const std::vector<Suspicion>& suspicions) {
  elapsed_ = elapsed;
  ++looks_;
  std::set<std::string> seen;
  for (const auto& now : suspicions) {
    if (now.messages >= now.orders) continue;
    const auto missing = now.orders - now.messages;
    seen.insert(now.what);
    // What was not suspicious at the first look may be whatever happens meanwhile.
    if (looks_ == 1) cases_.emplace(now.what, Case{.least = missing});
    const auto found = cases_.find(now.what);
    if (found == cases_.end()) continue;
    auto& one = found->second;
    one.least = std::min(one.least, missing);
    one.none = one.none && now.messages == 0;
    one.busy = one.busy || now.busy;
    if (one.busy && !one.none) one.dropped = true;  // nothing can be proven
  }
  for (auto& [what, one] : cases_) {
    if (!seen.contains(what)) one.dropped = true;
  }
}

bool AuditWatch::is_proven(const Case& one) const {
  return !one.dropped && looks_ > 1 && elapsed_ >= (one.busy ? kBusy : kQuiet);
}

bool AuditWatch::decided() const {
  return std::ranges::all_of(cases_, [&](const auto& each) { return each.second.dropped || is_proven(each.second); });
}

std::vector<Conviction> AuditWatch::convictions() const {
  std::vector<Conviction> result;
  for (const auto& [what, one] : cases_) {
    if (is_proven(one)) result.push_back({what, one.least, one.none});
  }
  return result;
}

}  // namespace pizza::order
