#include "host/health.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "notify_socket.hpp"

namespace pizza::host {
namespace {

using std::chrono::steady_clock;

/// systemd is asked for so much more time, so often.
constexpr std::chrono::seconds kExtension{15};
constexpr std::chrono::seconds kExtensionInterval{5};

}  // namespace

class Health::Impl {
 public:
  Impl(NotifySocket systemd, core::Deadline started_by, logging::Logger& log)
      : log_(log), systemd_(std::move(systemd)), patience_until_(started_by), thread_([this] { watch(); }) {}
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void enter(Phase phase, const std::string& status, core::Deadline patience_until) {
    {
      const std::lock_guard lock(mutex_);
      phase_ = phase;
      status_ = status;
      patience_until_ = patience_until;
      unsaid_ = true;
    }
    changed_.notify_one();
  }
  Phase phase() const { return phase_; }
  Vitals& vitals() { return vitals_; }

 private:
  /// What is due next, and when.
  struct Times {
    core::Deadline tick = core::after(Vitals::kTick);
    core::Deadline watchdog = steady_clock::now();
    core::Deadline extension = steady_clock::now();
  };

  void watch() {
    Times next;
    if (!systemd_.open()) next.watchdog = next.extension = core::Deadline::max();
    if (!systemd_.watchdog()) next.watchdog = core::Deadline::max();
    std::unique_lock lock(mutex_);
    // An ending that comes right behind a change is not to swallow it.
    while (!ending_ || unsaid_) {
      if (std::exchange(unsaid_, false)) untold_ = systemd_.open();
      lock.unlock();
      // Told again at the next tick if it did not arrive: without READY the start counts as failed.
      if (untold_ && tell_change()) {
        untold_ = false;
        next.extension = steady_clock::now();  // the time for a stop may be short
      }
      do_due(next);
      lock.lock();
      const auto until = std::min({next.tick, next.watchdog, next.extension});
      changed_.wait_until(lock, until, [this] { return ending_ || unsaid_; });
    }
  }

  void do_due(Times& next) {
    const auto now = steady_clock::now();
    if (now >= next.tick) {
      vitals_.tick();
      note_stuck(stuck_parts(vitals_));
      next.tick = now + Vitals::kTick;
    }
    if (now >= next.watchdog) {
      if (stuck_.empty()) systemd_.send("WATCHDOG=1");
      next.watchdog = now + *systemd_.watchdog() / 2;
    }
    if (now >= next.extension) {
      ask_for_patience(now);
      next.extension = now + kExtensionInterval;
    }
  }

  bool tell_change() {
    std::string message;
    {
      const std::lock_guard lock(mutex_);
      message = (phase_ == Phase::serving ? "READY=1\nSTATUS=" : "STOPPING=1\nSTATUS=") + status_;
    }
    return systemd_.send(message);
  }

  void ask_for_patience(core::Deadline now) {
    {
      const std::lock_guard lock(mutex_);
      if (phase_ == Phase::serving || now >= patience_until_) return;
    }
    systemd_.send(fmt::format("EXTEND_TIMEOUT_USEC={}", std::chrono::microseconds{kExtension}.count()));
  }

  /// Told and logged once, when it changes.
  void note_stuck(std::string stuck) {
    if (stuck == stuck_) return;
    stuck_ = std::move(stuck);
    if (stuck_.empty()) {
      log_.info({.action = "progress_resumed", .message = "Every part of the service makes progress again"});
    } else {
      log_.error({.action = "progress_stopped", .message = "Parts of the service are stuck: " + stuck_},
                 "no sign of life for longer than allowed");
    }
    if (!systemd_.open()) return;
    const std::lock_guard lock(mutex_);
    systemd_.send("STATUS=" + (stuck_.empty() ? status_ : "Stuck: " + stuck_));
  }

  logging::Logger& log_;
  const NotifySocket systemd_;
  Vitals vitals_;
  std::string stuck_;    ///< of the thread alone
  bool untold_ = false;  ///< of the thread alone: systemd has not heard of the last change

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<Phase> phase_{Phase::starting};
  std::string status_ = "Starting";
  core::Deadline patience_until_;
  bool unsaid_ = false;
  bool ending_ = false;
  std::thread thread_;
};

Health::Health(NotifySocket systemd, core::Deadline started_by, logging::Logger& log)
    : impl_(std::make_unique<Impl>(std::move(systemd), started_by, log)) {}
Health::~Health() = default;

Vitals& Health::vitals() { return impl_->vitals(); }
const Vitals& Health::vitals() const { return impl_->vitals(); }
Health::Phase Health::phase() const { return impl_->phase(); }
void Health::serving(const std::string& status) { impl_->enter(Phase::serving, status, core::Deadline::max()); }
void Health::stopping(const std::string& status, std::chrono::milliseconds at_most) {
  impl_->enter(Phase::stopping, status, core::after(at_most));
}

}  // namespace pizza::host
