#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/eventually.hpp"
#include "support/names.hpp"
#include "support/restaurant.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// A pipe that is open and that nobody reads, until somebody does.
class UnreadPipe {
 public:
  UnreadPipe() : path_((std::filesystem::temp_directory_path() / unique_name("unread")).string()) {
    REQUIRE(mkfifo(path_.c_str(), 0600) == 0);
    fd_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
    REQUIRE(fd_ >= 0);
  }
  ~UnreadPipe() {
    ::close(fd_);
    std::filesystem::remove(path_);
  }
  UnreadPipe(const UnreadPipe&) = delete;
  UnreadPipe& operator=(const UnreadPipe&) = delete;

  const std::string& path() const { return path_; }
  /// Reads all that is there.
  void read() const {
    std::string buffer(65'536, '\0');
    while (::read(fd_, buffer.data(), buffer.size()) > 0) {
    }
  }

 private:
  std::string path_;
  int fd_ = -1;
};

std::string livez(std::uint16_t port) {
  const auto answer = http::Client("127.0.0.1", port, 5s).send("GET", "/livez");
  return answer ? std::to_string(answer->status) + " " + answer->body : "";
}

}  // namespace

TEST_CASE("a subscriber that cannot show what it takes is not alive, says which part is stuck, and recovers") {
  Restaurant restaurant;
  restaurant.start_order_service();
  const UnreadPipe terminal;
  const auto port = free_port();
  const Process::Options options{.environment = {{"RABBITMQ", restaurant.vhost().url()},
                                                 {"PIZZA_ADMIN_ADDRESS", "127.0.0.1"},
                                                 {"PIZZA_NOTIFIER_ADMIN_PORT", std::to_string(port)},
                                                 {"LOG_LEVEL", "DEBUG"}}};
  Process subscriber(
      "/bin/sh", {"-c", "exec \"$0\" > \"$1\"", PIZZA_BIN_DIR "/notification-subscriber", terminal.path()}, options);
  REQUIRE(eventually(core::after(30s), [&] { return livez(port).starts_with("200"); }));
  CHECK(livez(port) == R"(200 {"status":"ok","parts":{"consumer":"ok","publisher":"ok"}})");
  for (int i = 1000; i < 2000; ++i) {
    restaurant.vhost().publish("notifications_fanout", "",
                               R"({"order_number":"ORD_20261122_)" + std::to_string(i) +
                                   R"(","old_status":"received","new_status":"cooking","changed_by":"chef",)"
                                   R"("timestamp":"2026-11-22T19:15:25Z"})");
  }
  CHECK(eventually(core::after(90s), [&] {
    return livez(port) == R"(503 {"status":"stuck","parts":{"consumer":"stuck","publisher":"ok"}})";
  }));
  CHECK(eventually(core::after(60s), [&] {
    terminal.read();
    return livez(port).starts_with("200");
  }));
  subscriber.signal(SIGKILL);
}

TEST_CASE("a process that was stopped for long is not taken for stuck when it goes on") {
  Restaurant restaurant;
  auto& kitchen = restaurant.start_kitchen("chef_asleep", {{"--cooking-time=0.1"}});
  CHECK(livez(kitchen.port) ==
        R"(200 {"status":"ok","parts":{"publisher":"ok","consumer":"ok","timers":"ok","claims":"ok","finishes":"ok",)"
        R"("registry":"ok","outbox":"ok"}})");
  kitchen.process.signal(SIGSTOP);
  // Longer than any part may be silent; that nothing happens cannot be waited for otherwise.
  CHECK_FALSE(kitchen.process.wait_exit(core::after(35s)));
  kitchen.process.signal(SIGCONT);
  for (int i = 0; i < 20; ++i) CHECK(livez(kitchen.port).starts_with("200"));
}
