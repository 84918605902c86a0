#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/error.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// What systemd is to a service: a datagram socket on which it hears of it.
class Listener {
 public:
  /// `name` as in NOTIFY_SOCKET: a path, or with `@` an abstract address.
  explicit Listener(std::string name) : name_(std::move(name)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name_.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0) throw core::Error("cannot bind " + name_);
  }
  ~Listener() {
    ::close(fd_);
    if (name_.front() == '/') std::filesystem::remove(name_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  const std::string& name() const { return name_; }
  /// Reads until a message has this line; false if none came in time.
  bool hears(const std::string& line, std::chrono::milliseconds limit = 20s) {
    const auto until = core::after(limit);
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
      if (left <= 0ms || ::poll(&waiting, 1, static_cast<int>(left.count())) != 1) return false;
      std::array<char, 4096> buffer;
      const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (size < 0) return false;
      heard_.emplace_back(buffer.data(), static_cast<std::size_t>(size));
      if (("\n" + heard_.back() + "\n").find("\n" + line + "\n") != std::string::npos) return true;
    }
  }
  bool heard(const std::string& piece) const {
    return std::ranges::any_of(heard_, [&](const auto& each) { return each.find(piece) != std::string::npos; });
  }
  std::string all() const {
    std::string text;
    for (const auto& each : heard_) text += each + "\n--\n";
    return text;
  }

 private:
  std::string name_;
  int fd_;
  std::vector<std::string> heard_;
};

std::string temporary_path() { return (std::filesystem::temp_directory_path() / unique_name("notify")).string(); }

}  // namespace

TEST_CASE("systemd is told when a service is ready, that it lives, and that it stops") {
  Restaurant restaurant;
  Listener systemd(temporary_path());
  auto& tracking = restaurant.start_tracking({{}, {{"NOTIFY_SOCKET", systemd.name()}, {"WATCHDOG_USEC", "200000"}}});
  const bool ready = systemd.hears("READY=1");
  INFO(systemd.all() << restaurant.output());
  REQUIRE(ready);
  CHECK(systemd.heard("STATUS=Answers on port " + std::to_string(tracking.port)));
  CHECK_FALSE(systemd.heard("STOPPING=1"));
  CHECK(systemd.hears("WATCHDOG=1"));
  CHECK(systemd.hears("WATCHDOG=1"));
  tracking.process.signal(SIGSTOP);
  while (systemd.hears("WATCHDOG=1", 1s)) {  // those that were on their way
  }
  tracking.process.signal(SIGCONT);
  CHECK(systemd.hears("WATCHDOG=1"));
  CHECK(tracking.process.terminate(core::after(20s)) == 0);
  CHECK(systemd.hears("STOPPING=1"));
}

TEST_CASE("a service that is ready says so again until systemd has heard it") {
  Restaurant restaurant;
  const auto name = temporary_path();
  restaurant.start_tracking({{}, {{"NOTIFY_SOCKET", name}}});  // serves when this returns
  Listener systemd(name);
  const bool ready = systemd.hears("READY=1");
  INFO(systemd.all() << restaurant.output());
  CHECK(ready);
}

TEST_CASE("a cooking order keeps systemd waiting for as long as it cooks; nobody else's watchdog is fed") {
  Restaurant restaurant;
  Listener systemd("@" + unique_name("notify"));
  restaurant.start_order_service();
  auto& kitchen = restaurant.start_kitchen(
      "chef_patient",
      {{"--cooking-time=8"}, {{"NOTIFY_SOCKET", systemd.name()}, {"WATCHDOG_USEC", "200000"}, {"WATCHDOG_PID", "1"}}});
  REQUIRE(systemd.hears("READY=1"));
  const auto number = restaurant.place(takeout_order());
  REQUIRE(restaurant.wait_status(number, "cooking"));
  kitchen.process.signal(SIGTERM);
  CHECK(systemd.hears("STOPPING=1"));
  CHECK(systemd.hears("EXTEND_TIMEOUT_USEC=15000000"));
  CHECK(kitchen.process.wait_exit(core::after(30s)) == 0);
  INFO(systemd.all() << restaurant.output());
  CHECK(restaurant.status(number) == "ready");
  CHECK(systemd.heard("STATUS=Finishes 1 orders"));
  CHECK_FALSE(systemd.heard("WATCHDOG=1"));
}

TEST_CASE("systemd is asked for patience while a start waits for a server") {
  Restaurant restaurant;
  Listener systemd(temporary_path());
  const auto dead = "127.0.0.1:" + std::to_string(free_port());
  const auto waiting = restaurant.launch(
      "tracking-service", {}, {{"--db=postgres://nobody@" + dead + "/none"}, {{"NOTIFY_SOCKET", systemd.name()}}});
  CHECK(systemd.hears("EXTEND_TIMEOUT_USEC=15000000"));
  CHECK(waiting->terminate(core::after(20s)) == 0);
  CHECK_FALSE(systemd.heard("READY=1"));
}
