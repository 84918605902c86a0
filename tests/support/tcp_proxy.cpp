#include "support/tcp_proxy.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pizza::test {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Socket tcp_socket() {
  Socket result(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (result.fd() < 0) fail("socket");
  const int on = 1;
  setsockopt(result.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return result;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

enum class Moment { before, as, after };

struct Cut {
  Moment moment;
  std::string bytes;
  TcpProxy::Then then = TcpProxy::Then::reconnect;
};

using std::chrono::steady_clock;

struct Pair {
  Socket client;
  Socket server;
  steady_clock::time_point client_rests_until;
  steady_clock::time_point server_rests_until;
  std::optional<TcpProxy::Then> drop_at_answer;  ///< the server's next word answers the bytes of a cut
};

}  // namespace

/// One thread forwards for all connections; each piece is passed on whole before the next is read, which is enough for
/// a test's traffic.
struct TcpProxy::State {
  explicit State(std::uint16_t target_port)
      : target(target_port), listener(tcp_socket()), wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener.fd(), 64) != 0 ||
        getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      fail("listen");
    }
    own_port = ntohs(address.sin_port);
    thread = std::thread([this] { forward(); });
  }

  ~State() {
    stopping = true;
    nudge();
    thread.join();
  }

  void nudge() const { eventfd_write(wake.fd(), 1); }

  void arm(Cut cut) {
    const std::lock_guard lock(mutex);
    armed = std::move(cut);
  }

  void forward() {
    while (!stopping) {
      std::vector<pollfd> descriptors{{wake.fd(), POLLIN, 0}, {listener.fd(), POLLIN, 0}};
      const auto now = steady_clock::now();
      bool somebody_rests = false;
      for (const auto& pair : pairs) {
        somebody_rests = somebody_rests || now < pair.client_rests_until || now < pair.server_rests_until;
        descriptors.push_back({pair.client.fd(), events_at(now, pair.client_rests_until), 0});
        descriptors.push_back({pair.server.fd(), events_at(now, pair.server_rests_until), 0});
      }
      if (poll(descriptors.data(), descriptors.size(), somebody_rests ? 5 : -1) < 0) continue;
      if (cutting.exchange(false)) {
        pairs.clear();
        continue;
      }
      eventfd_t drained = 0;
      eventfd_read(wake.fd(), &drained);
      std::size_t at = 2;
      for (auto pair = pairs.begin(); pair != pairs.end(); at += 2) {
        const bool alive = (descriptors[at].revents == 0 || from_client(*pair)) &&
                           (descriptors[at + 1].revents == 0 || from_server(*pair));
        pair = alive ? std::next(pair) : pairs.erase(pair);
      }
      if (descriptors[1].revents != 0) accept_one();
    }
  }

  short events_at(steady_clock::time_point now, steady_clock::time_point rests_until) const {
    return !blocked && now >= rests_until ? POLLIN : 0;
  }

  void accept_one() {
    Socket client(accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.fd() < 0 || blocked) return;
    auto server = tcp_socket();
    const auto address = loopback(target);
    if (connect(server.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    const int on = 1;
    setsockopt(client.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    pairs.push_back({std::move(client), std::move(server)});
  }

  /// False: the connection is over.
  bool from_client(Pair& pair) {
    const auto bytes = read_some(pair.client);
    if (bytes.empty()) return false;
    pair.client_rests_until = steady_clock::now() + rest.load();
    const auto cut = take_cut(bytes);
    if (cut && cut->moment == Moment::before) return false;
    const bool sent = send_all(pair.server.fd(), bytes);
    if (cut && cut->moment == Moment::after) pair.drop_at_answer = cut->then;
    return sent && (!cut || cut->moment != Moment::as);
  }

  bool from_server(Pair& pair) {
    const auto bytes = read_some(pair.server);
    if (bytes.empty()) return false;
    pair.server_rests_until = steady_clock::now() + rest.load();
    if (!pair.drop_at_answer) return send_all(pair.client.fd(), bytes);
    if (pair.drop_at_answer == Then::block) blocked = true;
    return false;
  }

  std::string_view read_some(const Socket& socket) {
    const auto count = recv(socket.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
  }

  std::optional<Cut> take_cut(std::string_view bytes) {
    const std::lock_guard lock(mutex);
    if (!armed || bytes.find(armed->bytes) == std::string_view::npos) return std::nullopt;
    ++done;
    return std::exchange(armed, std::nullopt);
  }

  const std::uint16_t target;
  const Socket listener;
  const Socket wake;
  std::uint16_t own_port = 0;
  std::list<Pair> pairs;  ///< only the thread's
  std::array<char, 65536> buffer;
  std::mutex mutex;
  std::optional<Cut> armed;
  std::atomic<int> done = 0;
  std::atomic<bool> blocked = false;
  std::atomic<bool> cutting = false;
  std::atomic<std::chrono::milliseconds> rest{};
  std::atomic<bool> stopping = false;
  std::thread thread;
};

TcpProxy::TcpProxy(std::uint16_t target_port) : state_(std::make_unique<State>(target_port)) {}
TcpProxy::~TcpProxy() = default;

std::uint16_t TcpProxy::port() const { return state_->own_port; }
void TcpProxy::cut_after_client_sends(std::string bytes, Then then) {
  state_->arm({Moment::after, std::move(bytes), then});
}
void TcpProxy::cut_before_client_sends(std::string bytes) { state_->arm({Moment::before, std::move(bytes)}); }
void TcpProxy::cut_as_client_sends(std::string bytes) { state_->arm({Moment::as, std::move(bytes)}); }
int TcpProxy::cuts() const { return state_->done; }

void TcpProxy::cut_everything() {
  state_->cutting = true;
  state_->nudge();
}

void TcpProxy::slow_down(std::chrono::milliseconds rest) {
  state_->rest = rest;
  state_->nudge();
}

void TcpProxy::block(bool on) {
  state_->blocked = on;
  state_->nudge();
}

}  // namespace pizza::test
