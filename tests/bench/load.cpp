#include "load.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "support/process.hpp"

namespace pizza::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* kConnections = "50";

std::string file(const std::string& script) { return PIZZA_SOURCE_DIR "/tests/bench/" + script; }

/// The number after `name` in what a tool printed.
double number_after(const std::string& text, const std::string& name) {
  const auto at = text.find(name);
  if (at == std::string::npos) throw core::Error("no '" + name + "' in:\n" + text);
  return std::stod(text.substr(at + name.size()));
}

test::Finished must_run(const std::string& tool, const std::vector<std::string>& arguments,
                        std::chrono::milliseconds length, const test::Process::Options& options = {}) {
  auto finished = test::run(tool, arguments, options, length + 120s);
  if (finished.exit_code != 0) throw core::Error(tool + " failed:\n" + finished.out + finished.err.substr(0, 1000));
  return finished;
}

}  // namespace

Answers run_wrk(std::uint16_t port, const std::string& script, std::chrono::milliseconds length,
                std::chrono::milliseconds pause, const std::vector<std::string>& more) {
  const auto seconds = fmt::format("{}s", std::max<std::int64_t>(1, length.count() / 1000));
  std::vector<std::string> arguments{"-t",
                                     "1",
                                     "-c",
                                     kConnections,
                                     "-d",
                                     seconds,
                                     "--timeout",
                                     "10s",
                                     "-s",
                                     file(script),
                                     fmt::format("http://127.0.0.1:{}", port),
                                     "--",
                                     std::to_string(pause.count())};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto out = must_run("wrk", arguments, length).out;
  return {.per_second = number_after(out, "result per_second="),
          .p50_ms = number_after(out, "p50_ms="),
          .p99_ms = number_after(out, "p99_ms="),
          .count = static_cast<std::int64_t>(number_after(out, "count=")),
          .refused = static_cast<std::int64_t>(number_after(out, "refused="))};
}

double run_pgbench(const test::TestDatabase& database, const std::string& script, std::chrono::seconds length,
                   const std::vector<std::string>& variables) {
  const auto& server = database.server();
  std::vector<std::string> arguments{"-n",        "-M",           "prepared",
                                     "-c",        kConnections,   "-j",
                                     "1",         "-T",           std::to_string(length.count()),
                                     "-f",        file(script),   "-h",
                                     server.host, "-p",           std::to_string(server.port),
                                     "-U",        database.user()};
  for (const auto& variable : variables) arguments.insert(arguments.end(), {"-D", variable});
  arguments.push_back(database.name());
  const auto out = must_run("pgbench", arguments, length, {.environment = {{"PGPASSWORD", database.password()}}}).out;
  if (number_after(out, "number of failed transactions: ") > 0)
    throw core::Error("pgbench: transactions failed:\n" + out);
  return number_after(out, "tps = ");
}

}  // namespace pizza::bench
