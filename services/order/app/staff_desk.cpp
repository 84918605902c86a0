#include "order/app/staff_desk.hpp"

#include <thread>

#include "core/backoff.hpp"

namespace pizza::order {
namespace {

/// Sessions that died while idle fail one attempt each.
constexpr int kAttempts = 3;

}  // namespace

template <class Operation>
std::optional<StaffOutcome> StaffDesk::persist(Operation operation) {
  std::optional<core::Deadline> doubted_until;
  core::Backoff backoff;
  for (int attempt = 1;; ++attempt) {
    try {
      auto outcome = operation();
      // What is not possible any more may be what was done, and moved on by others since.
      if (doubted_until && outcome && outcome->ruling == StaffRuling::illegal) {
        throw StaffOutcomeUnknown("it may have been done before the order was moved on");
      }
      return outcome;
    } catch (const StaffStoreFailed& failure) {
      using enum StaffStoreFailed::Kind;
      if (failure.kind() == in_doubt && !doubted_until) doubted_until = core::after(patience_);
      if (!doubted_until) {
        if (failure.kind() != passing || attempt == kAttempts) throw;
        continue;
      }
      const auto pause = backoff.next();
      if (std::chrono::steady_clock::now() + pause >= *doubted_until) throw StaffOutcomeUnknown(failure.what());
      std::this_thread::sleep_for(pause);  // nothing tells that the store can be asked again
    }
  }
}

std::optional<StaffOutcome> StaffDesk::move(const std::string& number, domain::OrderStatus to, const Reason& reason) {
  return persist([&] { return store_.move(number, to, reason); });
}

std::optional<StaffOutcome> StaffDesk::change_priority(const std::string& number, const PriorityChange& change) {
  return persist([&] { return store_.change_priority(number, change); });
}

}  // namespace pizza::order
