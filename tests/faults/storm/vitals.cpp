#include "faults/storm/vitals.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <thread>

#include <fmt/format.h>

namespace pizza::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Sessions and connections that are made when they are first needed, or with an office that goes from one process to
/// another (docs/architecture.md, Threads and connections).
struct Allowance {
  std::size_t descriptors;
  std::size_t threads;
};
Allowance allowance(const Member& member) {
  if (member.is("order-service")) return {8, 1};     // 4 readers, 2 for the staff; the reconciler's connection
  if (member.is("tracking-service")) return {4, 0};  // 4 readers
  return {0, 0};
}

/// nullopt: it is gone.
std::optional<ProcessFigures> figures_if_there(int pid) {
  try {
    return figures_of(pid);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

/// How many of which kind: `socket`, `anon_inode:[eventpoll]`, `/var/log/…`.
std::map<std::string, int> descriptors_of(int pid) {
  std::map<std::string, int> kinds;
  std::error_code gone;
  for (fs::directory_iterator each("/proc/" + std::to_string(pid) + "/fd", gone);
       !gone && each != fs::directory_iterator{}; each.increment(gone)) {
    auto target = fs::read_symlink(each->path(), gone).string();
    if (target.starts_with("socket:") || target.starts_with("pipe:")) target.resize(target.find(':'));
    if (!gone) ++kinds[target];
  }
  return kinds;
}

std::string mib(std::size_t kib) { return fmt::format("{:.1f}", static_cast<double>(kib) / 1024); }

std::string written(const std::map<std::string, int>& kinds) {
  std::string text;
  for (const auto& [kind, count] : kinds) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, kind);
  return text;
}

}  // namespace

Vitals::Vitals(std::vector<Member*> members, std::vector<std::string> survivors, Tolerance tolerance)
    : tolerance_(tolerance) {
  for (auto* each : members) {
    watched_.push_back({each, std::ranges::find(survivors, each->name()) != survivors.end()});
  }
}

void Vitals::look() {
  for (auto& each : watched_) {
    if (!each.member->running()) continue;
    const int pid = each.member->process().pid();
    const auto figures = figures_if_there(pid);
    if (!figures) continue;
    if (each.lives.empty() || each.lives.back().pid != pid) each.lives.push_back({pid, {}});
    each.lives.back().looks.push_back(*figures);
  }
}

void Vitals::look_at_rest() {
  for (auto& each : watched_) each.rests.emplace_back();
  for (int left = 5; left > 0; --left) {
    for (auto& each : watched_) {
      if (!each.member->running()) continue;
      const int pid = each.member->process().pid();
      const auto figures = figures_if_there(pid);
      auto& rest = each.rests.back();
      if (!figures || (rest.figures.resident_kib != 0 && figures->descriptors > rest.figures.descriptors)) continue;
      const bool first = rest.figures.resident_kib == 0;
      const auto threads = first ? figures->threads : std::min(rest.figures.threads, figures->threads);
      rest = {*figures, descriptors_of(pid)};
      rest.figures.threads = threads;
    }
    std::this_thread::sleep_for(1s);  // what was in hand for a moment only is gone at another look
  }
}

bool Vitals::is_more(std::size_t kib, std::size_t than) const {
  return static_cast<double>(kib) > static_cast<double>(than) * tolerance_.factor + static_cast<double>(tolerance_.kib);
}

std::vector<std::string> Vitals::grown() const {
  std::vector<std::string> findings;
  for (const auto& each : watched_) {
    if (!each.survives) {
      compare_lives(each, findings);
      continue;
    }
    const auto& name = each.member->name();
    if (each.lives.size() != 1) findings.push_back(name + " was not to end, but did");
    const auto before = each.lives.front().memory(0.15, 0.30);
    const auto after = each.lives.front().memory(0.85, 1.0);
    if (is_more(after, before)) {
      findings.push_back(fmt::format("{}: memory grew from {} to {} MiB", name, mib(before), mib(after)));
    }
    compare_rests(each, findings);
  }
  return findings;
}

void Vitals::compare_lives(const Watched& killed, std::vector<std::string>& findings) const {
  const auto& its_survivor = survivor(killed);
  const auto most = most_of(killed.lives).resident_kib;
  const auto bound = most_of(its_survivor.lives).resident_kib;
  if (!is_more(most, bound)) return;
  findings.push_back(fmt::format("{}: took {} MiB in one of its lives, {} never more than {}", killed.member->name(),
                                 mib(most), its_survivor.member->name(), mib(bound)));
}

void Vitals::compare_rests(const Watched& survivor, std::vector<std::string>& findings) const {
  const auto& name = survivor.member->name();
  const auto& before = survivor.rests.front();
  const auto& after = survivor.rests.back();
  const auto [descriptors, threads] = allowance(*survivor.member);
  if (after.figures.descriptors > before.figures.descriptors + descriptors) {
    findings.push_back(fmt::format("{}: descriptors at rest grew from {} ({}) to {} ({})", name,
                                   before.figures.descriptors, written(before.descriptors), after.figures.descriptors,
                                   written(after.descriptors)));
  }
  if (after.figures.threads > before.figures.threads + threads) {
    findings.push_back(
        fmt::format("{}: threads at rest grew from {} to {}", name, before.figures.threads, after.figures.threads));
  }
}

const Vitals::Watched& Vitals::survivor(const Watched& of) const {
  return *std::ranges::find_if(watched_, [&](const Watched& each) {
    return each.survives && each.member->executable() == of.member->executable();
  });
}

std::string Vitals::table() const {
  std::string text =
      "| process | lives | memory, MiB: before, after | most | descriptors at rest: before, after | most |"
      " threads at rest: before, after | most |\n|---|---|---|---|---|---|---|---|\n";
  std::string course = "\nMemory of those that lived through it, the median of each tenth of the time, MiB:\n\n";
  for (const auto& [member, survives, lives, rests] : watched_) {
    const auto most = most_of(lives);
    const auto& before = rests.front().figures;
    const auto& after = rests.back().figures;
    const auto memory =
        survives ? fmt::format("{}, {}", mib(lives.front().memory(0.15, 0.30)), mib(lives.front().memory(0.85, 1.0)))
                 : "–";
    text += fmt::format("| {} | {} | {} | {} | {}, {} | {} | {}, {} | {} |\n", member->name(), lives.size(), memory,
                        mib(most.resident_kib), before.descriptors, after.descriptors, most.descriptors, before.threads,
                        after.threads, most.threads);
    if (!survives) continue;
    course += "- " + member->name() + ":";
    for (double part = 0; part < 0.95; part += 0.1) course += " " + mib(lives.front().memory(part, part + 0.1));
    course += "\n";
  }
  return text + course;
}

ProcessFigures Vitals::most_of(const std::vector<Life>& lives) {
  ProcessFigures most;
  for (const auto& life : lives) {
    for (const auto& its : life.looks) {
      most.resident_kib = std::max(most.resident_kib, its.resident_kib);
      most.descriptors = std::max(most.descriptors, its.descriptors);
      most.threads = std::max(most.threads, its.threads);
    }
  }
  return most;
}

std::size_t Vitals::Life::memory(double from, double to) const {
  const auto count = static_cast<double>(looks.size());
  const auto begin = static_cast<std::size_t>(count * from);
  const auto end = std::max(static_cast<std::size_t>(count * to), begin + 1);
  std::vector<std::size_t> some;
  for (auto at = begin; at < std::min(end, looks.size()); ++at) some.push_back(looks[at].resident_kib);
  const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
  std::ranges::nth_element(some, middle);
  return *middle;
}

}  // namespace pizza::test
