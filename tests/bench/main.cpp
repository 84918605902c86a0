#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench.hpp"

int main(int argc, char** argv) {
  using namespace pizza;
  const std::vector<bench::Row> rows{{"intake", bench::measure_intake},      {"kitchen", bench::measure_kitchen},
                                     {"cooks", bench::measure_many_cooks},   {"held", bench::measure_held_orders},
                                     {"tracking", bench::measure_tracking},  {"end-to-end", bench::measure_end_to_end},
                                     {"growth", bench::measure_growth},      {"backlog", bench::measure_backlog},
                                     {"footprint", bench::measure_footprint}};

  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  CLI::App app{"Measures the paths of the system beside limits measured in the same run (tests/bench/README.md)"};
  std::string folder;
  std::vector<std::string> wanted;
  int rounds = 3;
  int seconds = 10;
  std::int64_t fewer = 1;
  app.add_option("--servers", folder, "folder of running servers (deploy/lib/servers.sh)")->required();
  app.add_option("--rounds", rounds, "how often each pair is measured")->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds, "of one load")->check(CLI::PositiveNumber);
  app.add_option("--fewer", fewer, "so many times fewer orders stored and waiting: for trying out")
      ->check(CLI::PositiveNumber);
  app.add_option("ROW", wanted, "only these rows")->check(CLI::IsMember(names));
  CLI11_PARSE(app, argc, argv);

  const auto servers = test::Servers::running(folder);
  bench::Report report;
  bench::Bench bench{.servers = servers, .report = report, .rounds = rounds, .length = std::chrono::seconds{seconds}};
  bench.stored /= fewer;
  bench.waiting /= fewer;
  for (std::size_t i = 1; i < bench.sizes.size(); ++i) bench.sizes[i] /= fewer;
  bool failed = false;
  for (const auto& row : rows) {
    if (!wanted.empty() && std::ranges::find(wanted, row.name) == wanted.end()) continue;
    fmt::print("== {}\n", row.name);
    try {
      row.measure(bench);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{} could not be measured: {}\n", row.name, error.what());
      failed = true;
    }
  }
  report.print();
  return failed ? 1 : 0;
}
