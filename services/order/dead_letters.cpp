#include "order/dead_letters.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "contracts/topology.hpp"
#include "core/clock.hpp"
#include "host/dependencies.hpp"
#include "host/topology.hpp"
#include "messaging/queue_reader.hpp"
#include "order/adapters/dead_letter.hpp"
#include "order/redrive.hpp"

namespace pizza::order {
namespace {

/// Messages in our memory at once; the broker keeps all others.
constexpr std::size_t kBatch = 100;
constexpr std::chrono::seconds kGoodbye{5};

struct Words {
  const char* each;
  const char* all;
  const char* message;
};

Words words_of(config::Command command) {
  switch (command) {
    case config::Command::redrive_dead_letters:
      return {"dead_letter_redriven", "dead_letters_redriven", "sent again"};
    case config::Command::discard_dead_letters:
      return {"dead_letter_discarded", "dead_letters_discarded", "discarded"};
    default:
      return {"dead_letter", "dead_letters_listed", "listed"};
  }
}

/// One run over the queue. Every message is taken once and held, so that what is put back, or fails again, is not met
/// twice; in the end everything that was not acknowledged goes back to its old place.
class DeadLetters {
 public:
  explicit DeadLetters(host::Context& context) : context_(context), words_(words_of(context.command)) {
    if (context.command == config::Command::redrive_dead_letters) redrive_.emplace(context);
  }

  /// True if all that matched were dealt with.
  bool run(messaging::QueueReader& reader) {
    const auto count = reader.waiting();
    std::size_t taken = 0;
    while (taken < count && going_on_) {
      const auto batch = take(reader, count, taken);
      settle(reader, batch);
      if (batch.empty() || context_.shutdown.requested()) break;
    }
    going_on_ = going_on_ && !context_.shutdown.requested();
    reader.requeue_all();
    const bool settled = reader.close(core::after(kGoodbye));
    context_.log.info({.action = words_.all,
                       .message = fmt::format("{} of {} dead letters {}{}", done_, count, words_.message,
                                              going_on_ ? "" : "; stopped before the end"),
                       .details = {{"count", static_cast<std::int64_t>(done_)},
                                   {"kept", static_cast<std::int64_t>(kept_)},
                                   {"waiting", static_cast<std::int64_t>(count)}}});
    return settled && going_on_ && kept_ == 0;
  }

 private:
  using Batch = std::vector<DeadLetter>;

  /// The next ones that match; the others stay taken.
  Batch take(messaging::QueueReader& reader, std::size_t count, std::size_t& taken) const {
    Batch batch;
    while (taken < count && batch.size() < kBatch && !context_.shutdown.requested()) {
      auto delivery = reader.next();
      if (!delivery) {  // someone else took it
        taken = count;
        break;
      }
      ++taken;
      auto letter = read_dead_letter(std::move(*delivery));
      if (matches(letter, context_.match)) batch.push_back(std::move(letter));
    }
    return batch;
  }

  void settle(messaging::QueueReader& reader, const Batch& batch) {
    std::vector<Redrive::Result> results(batch.size());
    if (redrive_) results = redrive_->send(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (results[i].reason.empty()) {
        ++done_;
        log(batch[i]);
      } else {
        ++kept_;
        going_on_ = going_on_ && !results[i].unknown;
        log_kept(batch[i], results[i].reason);
      }
    }
    context_.log.flush();  // what is discarded has its last trace there
    if (context_.command == config::Command::list_dead_letters) return;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (results[i].reason.empty()) reader.ack(batch[i].delivery.tag);
    }
  }

  void log(const DeadLetter& letter) {
    context_.log.info({.action = words_.each,
                       .message = fmt::format("Dead letter of {} {}", origin_of(letter), words_.message),
                       .request_id = letter.delivery.message.properties.correlation_id,
                       .order_number = letter.order_number,
                       .details = details(letter, std::chrono::system_clock::now())});
  }

  void log_kept(const DeadLetter& letter, const std::string& reason) {
    context_.log.error({.action = "dead_letter_kept",
                        .message = fmt::format("Dead letter of {} stays: {}", origin_of(letter), reason),
                        .request_id = letter.delivery.message.properties.correlation_id,
                        .order_number = letter.order_number,
                        .details = details(letter, std::chrono::system_clock::now())},
                       reason);
  }

  static std::string origin_of(const DeadLetter& letter) {
    return letter.origin.empty() ? "unknown origin" : letter.origin;
  }

  host::Context& context_;
  const Words words_;
  std::optional<Redrive> redrive_;
  std::size_t done_ = 0;
  std::size_t kept_ = 0;
  bool going_on_ = true;
};

/// Throws StartupError, logged.
std::unique_ptr<messaging::QueueReader> connect(host::Context& context) {
  try {
    return std::make_unique<messaging::QueueReader>(
        messaging::QueueReaderOptions{.endpoint = host::broker_endpoint(context, "dead letters"),
                                      .topology = host::dead_letter_topology(),
                                      .queue = std::string{contracts::kDeadLetterQueue},
                                      .pause = [&](auto wait) { return context.shutdown.wait_for(wait); }},
        core::after(context.settings.startup_timeout));
  } catch (const core::Error& error) {
    if (!context.shutdown.requested()) {
      context.log.error({.action = "rabbitmq_connection_failed",
                         .message = std::string{"The dead letters cannot be reached: "} + error.what()},
                        error);
    }
    throw host::StartupError(error.what());
  }
}

}  // namespace

int dead_letters(host::Context& context) {
  try {
    const auto reader = connect(context);
    return DeadLetters(context).run(*reader) ? 0 : 1;
  } catch (const host::StartupError&) {
    return 1;  // logged; what was not dealt with goes back
  } catch (const core::InfrastructureError& error) {
    context.log.error(
        {.action = "dead_letters_failed",
         .message = std::string{"Not all dead letters were dealt with; the others are still there: "} + error.what()},
        error);
    return 1;
  }
}

}  // namespace pizza::order
