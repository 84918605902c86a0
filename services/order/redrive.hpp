#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/program.hpp"
#include "messaging/publisher.hpp"
#include "order/adapters/dead_letter.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// Sends dead letters back to where they came from. Not thread-safe.
class Redrive {
 public:
  /// Connects; throws host::StartupError, logged, if that fails.
  explicit Redrive(host::Context& context);

  /// What became of one.
  struct Result {
    std::string reason;    ///< why it was not sent; empty: it is in its queue, confirmed
    bool unknown = false;  ///< it may or may not be there: the broker did not answer
  };
  /// Publishes them all at once and waits for every answer, in their order; orders that failed too often may be tried
  /// again first. Bounded: the database by its `startup_timeout`, the broker by the publisher's confirm timeout.
  std::vector<Result> send(const std::vector<DeadLetter>& letters);

 private:
  void reset_attempts(const std::vector<DeadLetter>& letters);

  host::Context& context_;
  std::optional<persistence::Session> session_;  ///< made for the first order message
  messaging::Publisher publisher_;
};

}  // namespace pizza::order
