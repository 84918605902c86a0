#include "host/vitals.hpp"

#include <algorithm>
#include <utility>

namespace pizza::host {

core::Pulse& Vitals::part(std::string name, std::chrono::seconds limit) {
  const std::lock_guard lock(mutex_);
  auto& watched = watched_.emplace_back();
  watched.name = std::move(name);
  watched.limit = limit;
  return watched.pulse;
}

void Vitals::tick() {
  const std::lock_guard lock(mutex_);
  for (auto& watched : watched_) {
    const auto beats = watched.pulse.beats();
    const bool moved = std::exchange(watched.seen, beats) != beats;
    watched.still = moved || watched.pulse.resting() ? std::chrono::seconds{0} : watched.still + kTick;
  }
}

std::vector<Vitals::Part> Vitals::parts() const {
  std::vector<Part> parts;
  const std::lock_guard lock(mutex_);
  for (const auto& watched : watched_) {
    auto same = std::ranges::find(parts, watched.name, &Part::name);
    if (same == parts.end()) same = parts.insert(same, {.name = watched.name});
    same->stuck = same->stuck || watched.stuck();
  }
  return parts;
}

std::string stuck_parts(const Vitals& vitals) {
  std::string names;
  for (const auto& part : vitals.parts()) {
    if (part.stuck) names += (names.empty() ? "" : ", ") + part.name;
  }
  return names;
}

}  // namespace pizza::host
