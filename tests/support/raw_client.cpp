#include "support/raw_client.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pizza::test {

std::string RawResponse::header(std::string_view name) const {
  const auto start = head.find("\r\n" + std::string(name) + ": ");
  if (start == std::string::npos) return {};
  const auto value = start + 2 + name.size() + 2;
  return head.substr(value, head.find("\r\n", value) - value);
}

RawClient::RawClient(std::uint16_t port) : RawClient(port, true) {}

RawClient RawClient::begin_connect(std::uint16_t port) { return {port, false}; }

RawClient::RawClient(std::uint16_t port, bool wait)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto connected = [&] {
    return connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EINPROGRESS;
  };
  if (fd_ < 0 || !connected()) {
    const int error = errno;
    if (fd_ >= 0) close(fd_);
    throw std::system_error(error, std::generic_category(), "connect");
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawClient::~RawClient() {
  if (fd_ >= 0) close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}

bool RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::optional<std::size_t> RawClient::send_some(std::string_view bytes) const {
  const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count >= 0) return static_cast<std::size_t>(count);
  return errno == EAGAIN ? std::optional<std::size_t>{0} : std::nullopt;
}

void RawClient::shut_write() const { shutdown(fd_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(std::exchange(fd_, -1));
}

RawResponse RawClient::response(bool head_only, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  constexpr std::string_view kEnd = "\r\n\r\n";
  RawResponse response;
  auto end = received_.find(kEnd);
  for (; end == std::string::npos; end = received_.find(kEnd)) {
    if (!receive(deadline)) return {};
  }
  response.head = received_.substr(0, end + kEnd.size());
  received_.erase(0, response.head.size());
  const auto length = response.header("Content-Length");
  const auto size = head_only || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < size) {
    if (!receive(deadline)) return {};
  }
  response.body = received_.substr(0, size);
  received_.erase(0, size);
  response.status = std::stoi(response.head.substr(9, 3));
  return response;
}

bool RawClient::closed_by_server(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  errno = 0;
  while (receive(deadline)) {
  }
  return errno == 0;
}

/// False with errno 0 at the end of the stream.
bool RawClient::receive(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd wait{.fd = fd_, .events = POLLIN};
  if (poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) <= 0) {
    errno = ETIMEDOUT;
    return false;
  }
  std::array<char, 65536> buffer;
  const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count == 0) errno = 0;
  if (count <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

}  // namespace pizza::test
