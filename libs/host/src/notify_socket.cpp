#include "notify_socket.hpp"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace pizza::host {
namespace {

constexpr timeval kSendTimeout{.tv_sec = 1, .tv_usec = 0};

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

std::optional<long long> to_number(const std::string& text) {
  long long number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || rest != end || number <= 0) return std::nullopt;
  return number;
}

}  // namespace

NotifySocket NotifySocket::from_environment() {
  NotifySocket result;
  auto address = take_variable("NOTIFY_SOCKET");
  const auto interval = to_number(take_variable("WATCHDOG_USEC"));
  const auto watched = take_variable("WATCHDOG_PID");
  const bool usable = address.size() > 1 && address.size() < sizeof sockaddr_un{}.sun_path &&
                      (address.front() == '/' || address.front() == '@');
  if (!usable) return result;
  if (address.front() == '@') address.front() = '\0';
  result.fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (result.fd_ < 0) return result;
  setsockopt(result.fd_, SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof kSendTimeout);
  result.address_ = std::move(address);
  const bool ours = watched.empty() || to_number(watched) == getpid();
  if (interval && ours) result.watchdog_ = std::chrono::microseconds{*interval};
  return result;
}

NotifySocket::NotifySocket(NotifySocket&& other) noexcept
    : address_(std::move(other.address_)), fd_(std::exchange(other.fd_, -1)), watchdog_(other.watchdog_) {}

NotifySocket::~NotifySocket() {
  if (fd_ >= 0) ::close(fd_);
}

bool NotifySocket::send(std::string_view message) const {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const auto sent = ::sendto(fd_, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&to), size);
  return sent == static_cast<ssize_t>(message.size());
}

}  // namespace pizza::host
