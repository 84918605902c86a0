#include "core/shutdown.hpp"

#include <chrono>
#include <csignal>
#include <semaphore>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace pizza::core {
namespace {

using namespace std::chrono_literals;

/// Runs `body` in a child process and gives its exit code, so that its signals and its `_exit` stay its own.
template <class Body>
int exit_code_of(Body body) {
  const auto child = fork();
  if (child == 0) {
    alarm(60);  // a child that never ends fails the test instead of hanging it
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_CASE("SIGTERM and SIGINT ask for a clean stop, in whatever thread waits for it") {
  const int signal = GENERATE(SIGTERM, SIGINT);
  CHECK(exit_code_of([signal] {
          Shutdown shutdown;
          if (shutdown.requested() || shutdown.wait_for(0ms)) return 1;
          kill(getpid(), signal);
          std::thread waiter{[&] { shutdown.wait(); }};
          waiter.join();
          if (!shutdown.wait_for(1h)) return 2;
          return shutdown.exit_code();
        }) == 0);
}

TEST_CASE("a wait for a stop ends when it has been enough") {
  CHECK(exit_code_of([] {
          Shutdown shutdown;
          bool asked = true;
          std::jthread waiter{[&](const std::stop_token& enough) { asked = shutdown.wait(enough); }};
          waiter.request_stop();
          waiter.join();
          if (asked) return 1;
          shutdown.request();
          return shutdown.wait(std::stop_token{}) ? 0 : 2;
        }) == 0);
}

TEST_CASE("the second signal ends the process at once with 128 and its number") {
  CHECK(exit_code_of([] {
          Shutdown shutdown;
          kill(getpid(), SIGTERM);
          shutdown.wait();
          kill(getpid(), SIGINT);
          for (;;) pause();
          return 0;
        }) == 128 + SIGINT);
}

TEST_CASE("the first exit code that a component asks for stands") {
  CHECK(exit_code_of([] {
          Shutdown shutdown;
          shutdown.request(3);
          shutdown.request(0);
          return shutdown.requested() && shutdown.wait_for(1h) ? shutdown.exit_code() : 1;
        }) == 3);
}

TEST_CASE("SIGHUP runs its action and stops nothing") {
  CHECK(exit_code_of([] {
          Shutdown shutdown;
          std::binary_semaphore reopened{0};
          shutdown.on_hangup([&] { reopened.release(); });
          kill(getpid(), SIGHUP);
          if (!reopened.try_acquire_for(10s)) return 1;
          return shutdown.requested() ? 2 : 0;
        }) == 0);
}

}  // namespace
}  // namespace pizza::core
