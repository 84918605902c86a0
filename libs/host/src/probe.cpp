#include "probe.hpp"

#include <chrono>
#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "http/client.hpp"

namespace pizza::host {
namespace {

constexpr std::chrono::seconds kAnswerTimeout{3};

/// The client's time limits are for each step; this bounds them all, the lookup of a name too.
void end_in_time() {
  std::signal(SIGALRM, [](int /*signal*/) {  // NOLINT(cert-err33-c): cannot fail for a valid signal number
    constexpr char kText[] = "no answer in 3 s\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
    _exit(1);
  });
  alarm(kAnswerTimeout.count());
}

}  // namespace

int probe(config::Program program, const config::Probe& question) {
  if (question.port == 0) {
    fmt::print(stderr, "{}: --probe: admin_port is 0 or not set, so there is nothing to ask\n",
               config::to_string(program));
    return 2;
  }
  end_in_time();
  http::Client client(question.address, question.port, kAnswerTimeout);
  const auto answer = client.send("GET", question.path, {}, {{"Host", "localhost"}, {"Connection", "close"}});
  if (!answer) {
    fmt::print(stderr, "{}: --probe: no answer from {} port {}\n", config::to_string(program), question.address,
               question.port);
    return 1;
  }
  fmt::print("{}\n", answer->body);
  return answer->status == 200 ? 0 : 1;
}

}  // namespace pizza::host
