#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace pizza::test {

/// A TCP proxy on a free loopback port that can cut the line at a chosen moment. Thread-safe.
///
///   TcpProxy proxy(database.server().port);
///   proxy.cut_after_client_sends("COMMIT");  // the next one
///   …; REQUIRE(proxy.cuts() == 1);
class TcpProxy {
 public:
  /// Forwards to 127.0.0.1:`target_port`. Throws std::system_error if it cannot listen.
  explicit TcpProxy(std::uint16_t target_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const;

  /// What comes after a cut: the client may connect again, or `block(true)`.
  enum class Then { reconnect, block };
  /// One of these is armed at a time, and is used up by the first connection whose client sends `bytes`.
  /// Passes them on, waits until the server has answered, and drops the connection without passing the answer on.
  void cut_after_client_sends(std::string bytes, Then then = Then::reconnect);
  /// Drops the connection instead of passing them on.
  void cut_before_client_sends(std::string bytes);
  /// Passes them on and drops the connection without waiting for the server: it may still be at work.
  void cut_as_client_sends(std::string bytes);

  /// How many of the armed cuts have happened.
  int cuts() const;
  /// While true, new connections are closed at once and no byte goes either way.
  void block(bool on);
  /// Drops every connection there is, whatever is on its way.
  void cut_everything();
  /// From now on a direction of a connection rests so long after each piece that went its way; 0: no longer.
  void slow_down(std::chrono::milliseconds rest);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pizza::test
