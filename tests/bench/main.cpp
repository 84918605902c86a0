#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench.hpp"

namespace {

using namespace pizza;

const std::vector<bench::Row> kRows{{"intake", bench::measure_intake},      {"kitchen", bench::measure_kitchen},
                                    {"cooks", bench::measure_many_cooks},   {"held", bench::measure_held_orders},
                                    {"tracking", bench::measure_tracking},  {"end-to-end", bench::measure_end_to_end},
                                    {"growth", bench::measure_growth},      {"backlog", bench::measure_backlog},
                                    {"footprint", bench::measure_footprint}};

struct Asked {
  std::string servers;
  std::map<std::string, std::int64_t> numbers{{"--rounds", 3}, {"--seconds", 10}, {"--fewer", 1}};
  std::vector<std::string> rows;
};

/// run.sh says what there is. Throws std::invalid_argument.
Asked read(const std::vector<std::string>& arguments) {
  Asked asked;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto value = [&] { return ++i < arguments.size() ? arguments[i] : ""; };
    if (argument == "--servers") {
      asked.servers = value();
    } else if (const auto number = asked.numbers.find(argument); number != asked.numbers.end()) {
      number->second = std::stoll(value());
      if (number->second < 1) throw std::invalid_argument(argument + " needs a number from 1");
    } else if (std::ranges::find(kRows, argument, &bench::Row::name) != kRows.end()) {
      asked.rows.push_back(argument);
    } else {
      throw std::invalid_argument("no such row or option: " + argument);
    }
  }
  if (asked.servers.empty()) throw std::invalid_argument("--servers FOLDER is missing (deploy/lib/servers.sh)");
  return asked;
}

bool measure(const bench::Row& row, bench::Bench& bench) {
  fmt::print("== {}\n", row.name);
  try {
    row.measure(bench);
    return true;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{} could not be measured: {}\n", row.name, error.what());
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    auto asked = read({argv + 1, argv + argc});
    const auto servers = test::Servers::running(asked.servers);
    bench::Report report;
    bench::Bench bench{.servers = servers,
                       .report = report,
                       .rounds = static_cast<int>(asked.numbers["--rounds"]),
                       .length = std::chrono::seconds{asked.numbers["--seconds"]}};
    const auto fewer = asked.numbers["--fewer"];
    bench.stored /= fewer;
    bench.waiting /= fewer;
    for (std::size_t i = 1; i < bench.sizes.size(); ++i) bench.sizes[i] /= fewer;
    bool whole = true;
    for (const auto& row : kRows) {
      const bool wanted = asked.rows.empty() || std::ranges::find(asked.rows, row.name) != asked.rows.end();
      if (wanted && !measure(row, bench)) whole = false;
    }
    report.print();
    return whole ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 2;
  }
}
