#include "outgoing_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace pizza::http {
namespace {

using namespace std::chrono_literals;

std::string reason(int error) { return std::generic_category().message(error); }

/// What is left, at least a millisecond. Asked for before each step and not only before a wait: with a peer that is
/// quicker than this side there may never be one.
std::chrono::milliseconds time_left(const Patience& patience) {
  if (patience.stop.stop_requested()) throw EgressError("given up because the process stops");
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience.deadline - std::chrono::steady_clock::now());
  if (left <= 0ms) throw EgressError("timed out");
  return left;
}

/// Waits until `fd` is ready for `events`.
void await(int fd, short events, const Patience& patience) {
  for (;;) {
    const auto left = time_left(patience);
    pollfd waiting{.fd = fd, .events = events, .revents = 0};
    // In slices, so that a stop is noticed.
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, std::chrono::milliseconds{100}).count()));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw EgressError("poll: " + reason(errno));
  }
}

/// Loading the system's authorities takes tens of milliseconds, so it is done once.
SSL_CTX* client_context() {
  static const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context = [] {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> made(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!made || SSL_CTX_set_default_verify_paths(made.get()) != 1 ||
        SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION) != 1) {
      throw EgressError("TLS cannot be set up");
    }
    SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
    return made;
  }();
  return context.get();
}

bool is_address(const std::string& host) {
  in6_addr ignored{};
  return inet_pton(AF_INET, host.c_str(), &ignored) == 1 || inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

/// Whom the certificate must name.
bool expect_peer(SSL* ssl, const std::string& host) {
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host.c_str()) == 1 &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str())) == 1;
}

}  // namespace

void OutgoingStream::FreeSsl::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

OutgoingStream OutgoingStream::connect(const Address& address, const Patience& patience) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) throw EgressError("socket: " + reason(errno));
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd.get(), address.data(), address.size()) != 0) {
    if (errno != EINPROGRESS) throw EgressError("connecting to " + address.text() + ": " + reason(errno));
    await(fd.get(), POLLOUT, patience);
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) throw EgressError("connecting to " + address.text() + ": " + reason(error));
  }
  return OutgoingStream(std::move(fd));
}

void OutgoingStream::start_tls(const std::string& host, const Patience& patience) {
  ssl_.reset(SSL_new(client_context()));
  if (!ssl_ || SSL_set_fd(ssl_.get(), fd_.get()) != 1 || !expect_peer(ssl_.get(), host)) {
    throw EgressError("TLS cannot be set up");
  }
  for (;;) {
    time_left(patience);
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return;
    await(fd_.get(), events_after(result, "TLS handshake"), patience);
  }
}

short OutgoingStream::events_after(int result, const char* doing) const {
  const int system_error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return POLLIN;
    case SSL_ERROR_WANT_WRITE:
      return POLLOUT;
    case SSL_ERROR_SYSCALL:
      throw EgressError(std::string{doing} + ": " + reason(system_error));
    default:
      break;
  }
  const auto verified = SSL_get_verify_result(ssl_.get());
  if (verified != X509_V_OK) {
    throw EgressError(std::string{"the certificate is refused: "} + X509_verify_cert_error_string(verified));
  }
  const char* why = ERR_reason_error_string(ERR_peek_error());
  throw EgressError(std::string{doing} + ": " + (why == nullptr ? "the peer broke off" : why));
}

void OutgoingStream::write(std::string_view bytes, const Patience& patience) {
  while (!bytes.empty()) {
    time_left(patience);
    short events = POLLOUT;
    if (ssl_) {
      ERR_clear_error();
      std::size_t written = 0;
      const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
      bytes.remove_prefix(written);
      if (result == 1) continue;
      events = events_after(result, "sending");
    } else {
      const auto written = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) throw EgressError("sending: " + reason(errno));
    }
    await(fd_.get(), events, patience);
  }
}

std::size_t OutgoingStream::read(std::span<char> buffer, const Patience& patience) {
  for (;;) {
    time_left(patience);
    short events = POLLIN;
    if (ssl_) {
      ERR_clear_error();
      std::size_t size = 0;
      const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size);
      if (result == 1) return size;
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return 0;
      events = events_after(result, "waiting for the answer");
    } else {
      const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (size >= 0) return static_cast<std::size_t>(size);
      if (errno != EAGAIN && errno != EINTR) throw EgressError("waiting for the answer: " + reason(errno));
    }
    await(fd_.get(), events, patience);
  }
}

}  // namespace pizza::http
