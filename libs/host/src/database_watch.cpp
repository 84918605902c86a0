#include "host/database_watch.hpp"

#include <utility>

namespace pizza::host {
namespace {

constexpr std::chrono::milliseconds kInterval{1000};
/// An answer is good for so long: the next question may take a while on a machine with much to do.
constexpr std::chrono::seconds kGoodFor{4};

persistence::ConnectionOptions impatient(persistence::ConnectionOptions options) {
  options.statement_timeout = kInterval;
  return options;
}

}  // namespace

DatabaseWatch::DatabaseWatch(persistence::ConnectionOptions options, logging::Logger& log)
    : session_(impatient(std::move(options)), log), thread_([this] { watch(); }) {}

DatabaseWatch::~DatabaseWatch() {
  ending_ = true;
  wakeup_.wake();
  thread_.join();
}

bool DatabaseWatch::answers() const noexcept { return Clock::now().time_since_epoch().count() < good_until_; }

void DatabaseWatch::watch() {
  while (!ending_) {
    try {
      session_.get().run("SELECT 1");
      good_until_ = (Clock::now() + kGoodFor).time_since_epoch().count();
    } catch (const std::exception&) {
      good_until_ = 0;  // whoever needs the database logs it
    }
    wakeup_.wait(-1, kInterval);
  }
}

}  // namespace pizza::host
