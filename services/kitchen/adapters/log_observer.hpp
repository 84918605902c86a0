#pragma once

#include <string>

#include "kitchen/app/observer.hpp"
#include "logging/logger.hpp"

namespace pizza::kitchen {

/// The kitchen's work as log lines (specification, Kitchen Worker, Logs).
class LogObserver final : public Observer {
 public:
  explicit LogObserver(logging::Logger& log) : log_(log) {}

  void started(const std::string& asked_for, const Claimed& claimed) override;
  void dropped(const std::string& order_number, const std::string& request_id, const std::string& why) override;
  void finished(const std::string& order_number, const std::string& request_id,
                std::chrono::milliseconds took) override;
  void cancelled(const std::string& order_number, const std::string& request_id) override;
  void failed(const std::string& order_number, const std::string& request_id, const std::string& what,
              const std::exception& cause) override;
  void dead_lettered(const Delivery& delivery, const std::string& order_number, const std::string& reason) override;

 private:
  logging::Logger& log_;
};

}  // namespace pizza::kitchen
