#include "listener.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "http/server.hpp"

namespace pizza::http {
namespace {

constexpr int kBacklog = 4096;
constexpr std::size_t kOtherFiles = 256;

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

[[noreturn]] void fail(const std::string& address, std::uint16_t port, const std::string& reason) {
  throw BindError(fmt::format("cannot listen on {}:{}: {}", address, port, reason));
}

[[noreturn]] void fail_with_errno(const std::string& address, std::uint16_t port) {
  fail(address, port, std::generic_category().message(errno));
}

Addresses resolve(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0) {
    fail(address, port, gai_strerror(error));
  }
  return {found, &freeaddrinfo};
}

std::uint16_t port_of(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                           : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
}

}  // namespace

Listener listen_on(const std::string& address, std::uint16_t port) {
  const auto addresses = resolve(address, port);
  UniqueFd socket(::socket(addresses->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail_with_errno(address, port);
  // SO_REUSEADDR alone lets a restart follow at once; with SO_REUSEPORT two processes would share the port unnoticed.
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(socket.get(), addresses->ai_addr, addresses->ai_addrlen) != 0 || listen(socket.get(), kBacklog) != 0) {
    fail_with_errno(address, port);
  }
  const auto bound = port_of(socket.get());
  return {.socket = std::move(socket), .port = bound};
}

std::size_t make_room_for_connections(std::size_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  const rlim_t needed = wanted + kOtherFiles;
  if (files.rlim_cur < needed) {
    auto raised = files;
    raised.rlim_cur = std::min(needed, files.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  if (files.rlim_cur >= needed) return wanted;
  return files.rlim_cur > 2 * kOtherFiles ? files.rlim_cur - kOtherFiles : files.rlim_cur / 2;
}

}  // namespace pizza::http
