#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace pizza::messaging {

/// Frees a thread that hangs in the AMQP library. Some of its calls wait without limit when the broker stops reading
/// (a stopped process, an alarm; rabbitmq-c issue 780), so each call says how long it may take, and a thread here shuts
/// the socket down when it takes longer: the call then fails like on any lost connection.
class Lifeline {
 public:
  Lifeline();
  ~Lifeline();
  Lifeline(const Lifeline&) = delete;
  Lifeline& operator=(const Lifeline&) = delete;

  /// The owner's thread: watches this socket from now on. Keeps a duplicate, as the library closes its own when it
  /// likes.
  void attach(int socket);
  void detach() noexcept;

  /// The owner's thread is inside a library call while one of these lives.
  class Call {
   public:
    Call(Lifeline& line, std::chrono::milliseconds limit) noexcept;
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Lifeline& line_;
  };

  /// Cuts the connection there is and each later one: nothing may wait for the broker any more. Thread-safe.
  void sever() noexcept;

 private:
  void watch();
  void cut() const noexcept;  // under mutex_

  std::mutex mutex_;
  std::condition_variable changed_;
  int socket_ = -1;
  bool severed_ = false;
  bool ending_ = false;
  std::atomic<std::chrono::steady_clock::rep> call_ends_{0};  // 0: no call
  std::thread watchdog_;
};

}  // namespace pizza::messaging
