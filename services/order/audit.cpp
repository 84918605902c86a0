#include "order/audit.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "contracts/topology.hpp"
#include "core/clock.hpp"
#include "host/dependencies.hpp"
#include "messaging/queue_look.hpp"
#include "order/adapters/audit_reader.hpp"
#include "order/adapters/kitchen_line.hpp"
#include "order/app/audit_suspicions.hpp"
#include "order/app/audit_watch.hpp"
#include "order/audit_findings.hpp"
#include "order/command_session.hpp"

namespace pizza::order {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// One statement over a million orders takes seconds, on a slow disk more.
constexpr std::chrono::minutes kAuditStatementLimit{10};
constexpr milliseconds kFirstPause{1500};
constexpr milliseconds kPause{4000};
/// An order that waits is promoted after one, two and three times `kitchen.max_wait`; then it is before all others.
constexpr int kWaits = 4;

const std::string kLate = "late";
const std::string kOutbox = "outbox";

std::string missing_key(const std::string& queue) { return "queue " + queue; }

/// The part that one snapshot of the database tells for sure.
class Records {
 public:
  Records(AuditReader& reader, AuditFindings& findings) : reader_(reader), findings_(findings) {}

  void read() {
    for (const auto& orders : reader_.stored()) tell_of(orders);
    for (const auto& day : reader_.bad_days()) tell_of(day);
    tell(Fault::bad_number, reader_.bad_numbers(), "is no number of ours");
    tell(Fault::lost, reader_.promised_only(), "was promised under an Idempotency-Key, and is not stored");
    reader_.each_untruth(
        [this](const std::string& number, const std::string& why) { findings_.add(Fault::made_up, number, why); });
  }

 private:
  void tell_of(const StoredOrders& orders) {
    for (const auto& [fault, detail] : judge(orders.shape)) {
      for (const auto& one : orders.first) {
        const bool sums = fault == Fault::wrong_total && !orders.shape.total_is_sum;
        findings_.add(fault, one.number,
                      sums ? fmt::format("its total is {}, its items come to {}", one.total, one.sum) : detail);
      }
      findings_.add_unnamed(fault, orders.count - orders.first.size());
    }
  }

  void tell_of(const DayOfNumbers& day) {
    const auto ruling = judge(day.numbers);
    const auto told = [&](Fault fault, std::int64_t count, const std::vector<std::string>& numbers, const char* what) {
      for (const auto& number : numbers) findings_.add(fault, number, what);
      if (count > static_cast<std::int64_t>(numbers.size())) {
        findings_.add_unnamed(fault, static_cast<std::size_t>(count) - numbers.size());
      }
    };
    if (ruling.missing > 0) {
      told(Fault::number_gap, ruling.missing, reader_.missing_numbers(day), "no order has this number");
    }
    if (ruling.doubled > 0) {
      told(Fault::number_doubled, ruling.doubled, reader_.doubled_numbers(day),
           "several orders have, or had, this number");
    }
    if (ruling.beyond) {
      findings_.add(Fault::number_gap, {},
                    fmt::format("the counter of {} says {}, and there is a number {}", day.day, day.numbers.last,
                                day.numbers.highest));
    }
  }

  void tell(Fault fault, const Named& named, const char* what) {
    for (const auto& number : named.numbers) findings_.add(fault, number, what);
    findings_.add_unnamed(fault, named.count - named.numbers.size());
  }

  AuditReader& reader_;
  AuditFindings& findings_;
};

/// The part that is in motion: looks again until it is known.
class Motion {
 public:
  Motion(host::Context& context, AuditReader& reader, messaging::QueueLook& queues, AuditFindings& findings)
      : context_(context), reader_(reader), queues_(queues), findings_(findings) {}

  /// False if it was asked to stop before it knew.
  bool watch() {
    since_ = reader_.begin().at;
    overdue_ = reader_.overdue(since_);
    const auto start = steady_clock::now();
    for (auto pause = kFirstPause;; pause = kPause) {
      look(std::chrono::duration_cast<milliseconds>(steady_clock::now() - start));
      if (watch_.decided()) break;
      if (context_.shutdown.wait_for(pause)) return false;
    }
    tell();
    return true;
  }

 private:
  /// The database between two looks at the queues: what is published, or taken, meanwhile is in one of them.
  void look(milliseconds elapsed) {
    missing_.clear();
    kitchen_ = {};
    look_at_queues();
    open_ = reader_.open(since_, kWaits * context_.settings.kitchen.max_wait);
    look_at_queues();
    auto found = suspicions(open_, kitchen_);
    std::size_t late = 0;
    for (const auto& orders : open_) late += is_late(orders.shape) ? orders.count : 0;
    found.push_back({kLate, late, 0, false});
    owed_ = reader_.still_owed(overdue_.longest);
    found.push_back({kOutbox, owed_.ids.size(), 0, owed_.in_hand});
    for (const auto& queue : missing_) found.push_back({missing_key(queue), 1, 0, false});
    watch_.look(elapsed, found);
  }

  void look_at_queues() {
    for (const auto& line : kitchen_lines()) {
      const bool cooks = line.station == domain::Station::cook;
      look_at(line.queue, cooks ? kitchen_.cooks[line.types.front()]
                                : kitchen_.later[std::string{domain::to_string(line.station)}]);
    }
    look_at(contracts::kKitchenQueue, kitchen_.common);
  }

  void look_at(std::string_view queue, QueuePicture& picture) {
    const std::string name{queue};
    const auto state = queues_.at(name);
    if (!state) {
      missing_.insert(name);
      return;
    }
    picture.ready = std::max(picture.ready, state->ready);
    picture.consumers = std::max(picture.consumers, state->consumers);
  }

  static bool is_late(const OpenShape& shape) {
    const auto verdict = judge(shape);
    return shape.late && (verdict == OpenVerdict::fine || verdict == OpenVerdict::needs_message);
  }

  void tell() {
    std::map<std::string, Conviction> known;
    for (auto& conviction : watch_.convictions()) known.emplace(conviction.what, conviction);
    for (const auto& [what, conviction] : known) tell_some_lost(conviction);
    for (const auto& orders : open_) {
      const auto conviction = known.find(suspicion_of(orders.shape));
      if (conviction != known.end() && conviction->second.all) {
        tell(Fault::lost, orders, "no message asks for it: orders that " + conviction->first);
      } else if (judge(orders.shape) == OpenVerdict::hopeless) {
        tell(Fault::lost, orders, state_of(orders.shape) + ": no message brings it on");
      } else if (judge(orders.shape) == OpenVerdict::dead_letter) {
        tell(Fault::dead_letter, orders, "failed five times, and waits for an operator");
      } else if (is_late(orders.shape) && known.contains(kLate)) {
        tell(Fault::stuck, orders, stuck_how(orders.shape));
      }
    }
    for (const auto& message : overdue_.longest) {
      if (!known.contains(kOutbox) || std::ranges::find(owed_.ids, message.id) == owed_.ids.end()) continue;
      findings_.add(Fault::outbox_stuck, message.order_number, message.what + " waits to be published");
    }
    if (known.contains(kOutbox)) {
      findings_.add_unnamed(Fault::outbox_stuck, overdue_.count - overdue_.longest.size());
    }
    for (const auto& queue : missing_) {
      if (known.contains(missing_key(queue))) findings_.add(Fault::queue_missing, {}, queue + " is not there");
    }
  }

  void tell_some_lost(const Conviction& conviction) {
    if (conviction.all) return;
    const bool orders = conviction.what != kLate && conviction.what != kOutbox;
    if (!orders) return;
    findings_.add(
        Fault::lost, {},
        fmt::format("at least {} of the orders that {}: fewer messages are there", conviction.orders, conviction.what));
    findings_.add_unnamed(Fault::lost, conviction.orders - 1);
  }

  void tell(Fault fault, const OpenOrders& orders, const std::string& detail) {
    for (const auto& number : orders.numbers) findings_.add(fault, number, detail);
    findings_.add_unnamed(fault, orders.count - orders.numbers.size());
  }

  static std::string state_of(const OpenShape& shape) {
    return fmt::format("{}, {} at {}", shape.status, shape.waits ? "waiting" : "not waiting", shape.station);
  }

  static std::string stuck_how(const OpenShape& shape) {
    if (shape.waits) return fmt::format("waits for {} ({}) longer than any order may", shape.station, shape.type);
    if (!shape.claimed) return fmt::format("nobody goes on with it at {}", shape.station);
    return fmt::format("in work at {} since long after it should be done; its worker {}", shape.station,
                       shape.holder_lives ? "is online" : "is gone");
  }

  host::Context& context_;
  AuditReader& reader_;
  messaging::QueueLook& queues_;
  AuditFindings& findings_;
  AuditWatch watch_;
  core::TimePoint since_;
  KitchenPicture kitchen_;
  std::set<std::string> missing_;
  std::vector<OpenOrders> open_;
  AuditReader::Overdue overdue_;
  AuditReader::StillOwed owed_;
};

std::unique_ptr<persistence::Connection> connect_database(host::Context& context) {
  auto options = host::database_options(context, "audit");
  options.read_only = true;
  options.statement_timeout = kAuditStatementLimit;
  options.idle_in_transaction_timeout = kAuditStatementLimit;
  auto connection = command_session(context, options);
  // All that a transaction reads is of one moment.
  connection->run("SET default_transaction_isolation = 'repeatable read'");
  return connection;
}

std::unique_ptr<messaging::QueueLook> connect_broker(host::Context& context) {
  try {
    return std::make_unique<messaging::QueueLook>(host::broker_endpoint(context, "audit"),
                                                  core::after(context.settings.startup_timeout),
                                                  [&](auto wait) { return context.shutdown.wait_for(wait); });
  } catch (const core::Error& error) {
    if (!context.shutdown.requested()) {
      context.log.error({.action = "rabbitmq_connection_failed",
                         .message = std::string{"The queues cannot be looked at: "} + error.what()},
                        error);
    }
    throw host::StartupError(error.what());
  }
}

}  // namespace

int audit(host::Context& context) {
  try {
    const auto connection = connect_database(context);
    const auto queues = connect_broker(context);
    AuditReader reader(*connection);
    AuditFindings findings;
    std::size_t orders = 0;
    {
      const persistence::Transaction snapshot(*connection);
      orders = reader.begin().orders;
      Records(reader, findings).read();
    }
    if (!Motion(context, reader, *queues, findings).watch()) return 1;
    fmt::print("{}", findings.lines(orders));
    static_cast<void>(std::fflush(stdout));
    return findings.count() == 0 ? 0 : 1;
  } catch (const host::StartupError&) {
    return 1;  // logged
  } catch (const core::Error& error) {
    context.log.error(
        {.action = "audit_failed", .message = std::string{"Not everything could be looked at: "} + error.what()},
        error);
    return 1;
  }
}

}  // namespace pizza::order
