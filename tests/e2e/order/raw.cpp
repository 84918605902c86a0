#include "e2e/order/raw.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pizza::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    if (fd >= 0) close(fd);
    throw std::system_error(error, std::generic_category(), "connect");
  }
  return fd;
}

bool is_complete(const std::string& text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const auto length = text.find("Content-Length: ");
  if (length == std::string::npos || length > end) return true;
  return text.size() >= end + 4 + std::strtoul(text.c_str() + length + 16, nullptr, 10);
}

}  // namespace

RawAnswer send_raw(std::uint16_t port, std::string_view bytes, milliseconds patience) {
  const auto start = steady_clock::now();
  const auto deadline = start + patience;
  const int fd = connect_to(port);
  RawAnswer answer;
  std::array<char, 16384> buffer;
  while (!is_complete(answer.text)) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
    pollfd wait{fd, static_cast<short>(bytes.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    if (left <= 0 || poll(&wait, 1, static_cast<int>(left)) <= 0) break;
    if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const auto count = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (count <= 0) break;
      answer.text.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
      const auto count = send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      // A server that has refused the rest may have closed; what it said is still to be read.
      bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : bytes.size());
    }
  }
  close(fd);
  if (answer.text.starts_with("HTTP/1.1 ")) answer.status = std::stoi(answer.text.substr(9));
  answer.took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  return answer;
}

std::string raw_post(std::string_view body, std::string_view more_headers) {
  return fmt::format("POST /orders HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}", more_headers, body.size(),
                     body);
}

std::string chunked(std::string_view body) { return fmt::format("{:x}\r\n{}\r\n", body.size(), body); }

}  // namespace pizza::test
