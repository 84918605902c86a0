#include "connection.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace pizza::http {

void Connection::flush() noexcept {
  while (sent < out.size()) {
    const auto count = ::send(socket.get(), out.data() + sent, out.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      broken = true;
      return;
    }
  }
  sent = 0;
  out.clear();
}

void Connection::forget_request() {
  constexpr std::size_t kKeptCapacity = 4096;
  reader.reset();
  match = {};
  if (out.capacity() > kKeptCapacity) out.shrink_to_fit();
}

}  // namespace pizza::http
