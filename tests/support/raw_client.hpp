#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pizza::test {

/// One response as it came over the wire.
struct RawResponse {
  int status = 0;    ///< 0: none came
  std::string head;  ///< status line and headers
  std::string body;

  /// Value of a header by its name as the server writes it; empty if there is none.
  std::string header(std::string_view name) const;
};

/// A socket that may misbehave: it sends exactly the bytes it is told to, when it is told to. Not thread-safe.
class RawClient {
 public:
  /// Connects to 127.0.0.1; throws std::system_error when refused.
  explicit RawClient(std::uint16_t port);
  /// Begins to connect and does not wait until that is done; send with `send_some`.
  static RawClient begin_connect(std::uint16_t port);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the other side is gone.
  bool send(std::string_view bytes) const;
  /// Of `bytes` as much as the other side takes at once; how much that was, nullopt when it is gone.
  std::optional<std::size_t> send_some(std::string_view bytes) const;
  void shut_write() const;
  /// Closes with a reset.
  void reset();
  /// The next response; `head_only` for the answer to a HEAD request. Waits for at most `patience`.
  RawResponse response(bool head_only = false, std::chrono::milliseconds patience = std::chrono::seconds{20});
  /// The server closes, properly, within `patience`; what it sends before is dropped.
  bool closed_by_server(std::chrono::milliseconds patience = std::chrono::seconds{20});
  /// Neither closed nor reset by the server so far.
  bool still_open() { return !closed_by_server(std::chrono::milliseconds{0}) && errno == ETIMEDOUT; }

 private:
  RawClient(std::uint16_t port, bool wait);
  bool receive(std::chrono::steady_clock::time_point deadline);

  int fd_ = -1;
  std::string received_;
};

}  // namespace pizza::test
