#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <sys/utsname.h>

namespace pizza::bench {
namespace {

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

std::string load_average() {
  std::string first;
  std::ifstream("/proc/loadavg") >> first;
  return first;
}

std::string machine() {
  utsname system{};
  ::uname(&system);
  return fmt::format("{} x {}, {} {}, load {}", std::thread::hardware_concurrency(), processor(), system.sysname,
                     system.release, load_average());
}

std::string number(double value) {
  return value >= 100  ? fmt::format("{:.0f}", value)
         : value >= 10 ? fmt::format("{:.1f}", value)
                       : fmt::format("{:.2f}", value);
}

}  // namespace

double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(std::lround(last * share))];
}

std::string Pair::spread() const {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(ours.size(), limit.size()); ++i) ratios.push_back(ours[i] / limit[i]);
  const auto [least, most] = std::ranges::minmax(ratios);
  return fmt::format("{:.2f} to {:.2f}", least, most);
}

Pair alternate(int rounds, const std::function<double()>& ours, const std::function<double()>& limit) {
  Pair pair;
  for (int round = 0; round < rounds; ++round) {
    pair.limit.push_back(limit());
    pair.ours.push_back(ours());
  }
  return pair;
}

void Report::note(const std::string& text) {
  fmt::print("   {}\n", text);
  static_cast<void>(std::fflush(stdout));
}

void Report::add(const std::string& path, const std::string& measured, const std::string& beside, double figure,
                 const Reach& reach) {
  const bool at_least = reach.kind == Reach::Kind::at_least;
  const bool met = at_least ? figure >= reach.bound : figure <= reach.bound;
  const auto unit = reach.unit.empty() ? "" : " " + reach.unit;
  lines_.push_back(
      {path, measured, beside, number(figure) + unit, (at_least ? ">= " : "<= ") + number(reach.bound) + unit, met});
  const auto& line = lines_.back();
  note(fmt::format("{}: {} ({}): {}, reach for {}{}", path, measured, beside, line.figure, line.reach,
                   met ? "" : " - NOT MET"));
}

void Report::print() const {
  fmt::print("\n{}\n\n| path | measured | beside it | figure | reach for | |\n|---|---|---|---|---|---|\n", machine());
  for (const auto& line : lines_) {
    fmt::print("| {} | {} | {} | {} | {} | {} |\n", line.path, line.measured, line.beside, line.figure, line.reach,
               line.met ? "met" : "not met");
  }
}

}  // namespace pizza::bench
