#include "order/adapters/reconciler.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "contracts/topology.hpp"
#include "core/clock.hpp"

namespace pizza::order {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kIdle{1000};  // so that the pulse goes on
/// So many messages keep a kitchen busy. What is missing behind them is seen when they are fewer, and until then nobody
/// has to count a queue that is long.
constexpr std::size_t kLongQueue = 5000;
constexpr std::chrono::seconds kConnectTime{5};

metrics::Counter& counter(metrics::Registry& metrics, const char* reason) {
  return metrics.counter("pizza_reconciler_republished_total",
                         "Orders that were asked for again since their messages were lost or came too late",
                         {{"reason", reason}});
}

}  // namespace

Reconciler::Reconciler(ReconcilerOptions options, metrics::Registry& metrics, logging::Logger& log)
    : options_(std::move(options)),
      waiting_(counter(metrics, "waiting")),
      orphaned_(counter(metrics, "orphaned")),
      outranked_(counter(metrics, "outranked")),
      log_(log),
      session_(options_.database, log),
      store_(session_, Shortage::lasts(options_.interval)),
      survey_(options_.broker, options_.topology) {
  for (auto& line : kitchen_lines()) lines_.push_back({.kitchen = std::move(line), .shortage = {}, .state = {}});
  thread_ = std::thread([this] { watch(); });
}

Reconciler::~Reconciler() { stop(); }

void Reconciler::stop() {
  stopping_ = true;
  wakeup_.wake();
  if (thread_.joinable()) thread_.join();
}

void Reconciler::watch() {
  const core::Resting rests_at_the_end(*options_.pulse);
  auto next = steady_clock::now();
  while (!stopping_) {
    options_.pulse->beat();
    if (steady_clock::now() >= next) {
      try {
        reconcile();
        failed_ = false;
      } catch (const std::exception& error) {
        forget();
        leading_ = false;  // the session may have ended
        if (!std::exchange(failed_, true)) {
          log_.error({.action = "reconciler_failed",
                      .message = "Whether orders lost their messages is not known; it is looked at again"},
                     error);
        }
      }
      next = steady_clock::now() + options_.interval;
    }
    wakeup_.wait(-1, std::min(kIdle, std::chrono::ceil<milliseconds>(next - steady_clock::now())));
  }
}

void Reconciler::reconcile() {
  // A queue that nothing can be published to is short for another reason.
  if (!options_.broker_ready()) return forget();
  if (!leading_) leading_ = store_.lead();
  if (!leading_) return forget();
  heal_losses();
  help_outranked();
}

void Reconciler::heal_losses() {
  count_messages(true);
  if (!look()) return;
  // Orders come and go meanwhile: whatever there was when the database was asked, it is hardly more than the larger of
  // the counts before and after.
  count_messages(false);
  for (auto& line : lines_) {
    if (!line.state || stopping_) continue;
    const bool orphans = orphans_lost_theirs(line.kitchen.station);
    const auto missing = line.shortage.add(seen(line, orphans));
    if (missing == 0) continue;
    options_.pulse->beat();
    auto asked = store_.ask_again(line.kitchen, missing, orphans);
    if (asked.size() == 0) continue;
    line.shortage.published(asked.size() == LostOrders::kMostAtOnce);
    report(line, waiting_, "waiting", asked.waiting);
    report(line, orphaned_, "orphaned", asked.orphaned);
    options_.hand_over(std::move(asked.orphaned));
    options_.hand_over(std::move(asked.waiting));
  }
}

void Reconciler::help_outranked() {
  auto asked = store_.ask_for_outranked();
  if (asked.empty()) return;
  outranked_.increment(static_cast<double>(asked.size()));
  log_.info({.action = "orders_republished",
             .message = fmt::format("{} urgent orders of workers that are gone are asked for again", asked.size()),
             .details = {{"count", static_cast<std::int64_t>(asked.size())}, {"reason", "outranked"}}});
  report_each(asked);
  options_.hand_over(std::move(asked));
}

void Reconciler::count_messages(bool anew) {
  const auto counts = survey_.take(core::after(kConnectTime));
  const auto count = [&](std::size_t& messages, std::string_view queue) {
    const auto found = counts.find(std::string{queue});
    const auto now = found == counts.end() ? 0 : found->second;
    messages = anew ? now : std::max(messages, now);
  };
  count(shared_, contracts::kKitchenQueue);
  for (auto& line : lines_) count(line.messages, line.kitchen.queue);
}

/// Asks the database; true if any line seems to be short of messages.
bool Reconciler::look() {
  bool suspicious = false;
  for (auto& line : lines_) {
    options_.pulse->beat();
    line.state.reset();
    if (line.messages < kLongQueue) line.state = store_.look(line.kitchen, line.messages);
    const bool short_of = line.state && line.needy() > messages_for(line);
    if (!short_of) line.shortage.forget();
    suspicious = suspicious || short_of;
  }
  return suspicious;
}

std::size_t Reconciler::messages_for(const Line& line) const {
  return line.messages + (line.kitchen.station == domain::Station::cook ? shared_ : 0);
}

/// A message that an order was begun under may name another order, and be in the queue of that one.
bool Reconciler::orphans_lost_theirs(domain::Station station) const {
  std::size_t needy = 0;
  std::size_t messages = station == domain::Station::cook ? shared_ : 0;
  for (const auto& line : lines_) {
    if (line.kitchen.station != station || !line.state) continue;
    needy += line.needy();
    messages += line.messages;
  }
  return needy > messages;
}

QueueLook Reconciler::seen(const Line& line, bool orphans) const {
  const auto& state = *line.state;
  return {.needy = state.waiting + state.unclaimed + (orphans ? state.orphans : 0),
          .messages = messages_for(line),
          .free_hands = state.hands - std::min(state.held, state.hands)};
}

void Reconciler::report(const Line& line, metrics::Counter& counter, const char* reason,
                        const std::vector<outbox::Row>& rows) {
  if (rows.empty()) return;
  counter.increment(static_cast<double>(rows.size()));
  log_.info(
      {.action = "orders_republished",
       .message =
           fmt::format("{} orders had no message in {} and are asked for again", rows.size(), line.kitchen.queue),
       .details = {
           {"count", static_cast<std::int64_t>(rows.size())}, {"queue", line.kitchen.queue}, {"reason", reason}}});
  report_each(rows);
}

void Reconciler::report_each(const std::vector<outbox::Row>& rows) {
  if (!log_.enabled(logging::Level::debug)) return;
  for (const auto& row : rows) {
    log_.debug({.action = "order_republished",
                .message = "Order " + row.order_number + " is asked for again",
                .request_id = row.correlation_id,
                .order_number = row.order_number});
  }
}

void Reconciler::forget() {
  for (auto& line : lines_) line.shortage.forget();
}

}  // namespace pizza::order
