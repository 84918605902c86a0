#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "host/vitals.hpp"
#include "logging/logger.hpp"

namespace pizza::host {

class NotifySocket;

/// How far the service is and whether its parts make progress: what `/livez`, `/readyz` and systemd are told. A thread
/// of its own looks once a second, logs what becomes stuck, and speaks to systemd if that listens. Thread-safe.
class Health {
 public:
  enum class Phase { starting, serving, stopping };

  /// systemd is asked for patience with the start until `started_by`.
  Health(NotifySocket systemd, core::Deadline started_by, logging::Logger& log);
  ~Health();
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  Vitals& vitals();
  const Vitals& vitals() const;
  Phase phase() const;
  /// The service does its work now; `status` is a short line for whoever asks systemd.
  void serving(const std::string& status);
  /// It was asked to stop; it is not stuck before it has had this long for what it has in hand.
  void stopping(const std::string& status, std::chrono::milliseconds at_most);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::host
