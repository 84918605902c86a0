#pragma once

#include <chrono>
#include <exception>
#include <string>

#include "kitchen/app/step_store.hpp"
#include "kitchen/app/turn.hpp"

namespace pizza::kitchen {

/// What the kitchen tells of its work, for logs and metrics. Called on any thread; must not block or throw.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// `claimed` says which order, and for which one the turn was meant if not for that.
  virtual void started(const std::string& asked_for, const Claimed& claimed) = 0;
  virtual void dropped(const std::string& order_number, const std::string& request_id, const std::string& why) = 0;
  virtual void finished(const std::string& order_number, const std::string& request_id,
                        std::chrono::milliseconds took) = 0;
  virtual void cancelled(const std::string& order_number, const std::string& request_id) = 0;
  virtual void failed(const std::string& order_number, const std::string& request_id, const std::string& what,
                      const std::exception& cause) = 0;
  virtual void dead_lettered(const Delivery& delivery, const std::string& order_number, const std::string& reason) = 0;
};

}  // namespace pizza::kitchen
