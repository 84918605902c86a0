#include "faults/storm/dice.hpp"

#include <cstdlib>
#include <thread>

namespace pizza::test {

void let_pass(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

const FaultRun& FaultRun::get() {
  static const FaultRun run = [] {
    const char* seed = std::getenv("PIZZA_FAULTS_SEED");
    const char* minutes = std::getenv("PIZZA_FAULTS_MINUTES");
    return FaultRun{seed != nullptr ? std::stoull(seed) : std::random_device{}() % 1'000'000,
                    std::getenv("PIZZA_FAULTS_LONG") != nullptr, minutes != nullptr ? std::stod(minutes) : 30.0};
  }();
  return run;
}

Dice FaultRun::dice_for(const std::string& test_case) const {
  std::uint64_t mixed = seed + 0x9e3779b97f4a7c15ULL;
  for (const char each : test_case) mixed = (mixed ^ static_cast<unsigned char>(each)) * 0x100000001b3ULL;
  return Dice{mixed};
}

}  // namespace pizza::test
