#include "support/names.hpp"

#include <bit>
#include <random>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/ids.hpp"

namespace pizza::test {
namespace {

bool can_bind(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw core::Error("no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, std::bit_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

}  // namespace

std::string unique_name(std::string_view prefix) { return std::string{prefix} + "_" + core::random_request_id(); }

std::uint16_t free_port() {
  static thread_local std::mt19937 random{std::random_device{}()};
  // Below are those of servers (deploy/lib/common.sh), which are free while a server restarts.
  std::uniform_int_distribution<std::uint16_t> ports{24'000, 31'999};
  for (;;) {
    if (const auto port = ports(random); can_bind(port)) return port;
  }
}

}  // namespace pizza::test
