#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace pizza::test {

/// Everything that is left to chance in a case. The same seed gives the same choices; what the machine makes of them
/// differs from run to run. Not thread-safe.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// Between the two, both included.
  int between(int low, int high) { return std::uniform_int_distribution<int>{low, high}(engine_); }
  std::chrono::milliseconds between(std::chrono::milliseconds low, std::chrono::milliseconds high) {
    return std::chrono::milliseconds{between(static_cast<int>(low.count()), static_cast<int>(high.count()))};
  }
  bool chance(double probability) { return std::bernoulli_distribution{probability}(engine_); }
  template <typename T>
  T& pick(std::vector<T>& from) {
    return from[static_cast<std::size_t>(between(0, static_cast<int>(from.size()) - 1))];
  }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(between(0, static_cast<int>(from.size()) - 1))];
  }
  /// A seed for somebody else's dice.
  std::uint64_t seed() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

/// Sleeps. When a fault comes and how long it lasts is what a storm varies, so nothing ends this early.
void let_pass(std::chrono::milliseconds time);

/// How this run was asked for (tests/run.sh faults): PIZZA_FAULTS_SEED, else a new one; PIZZA_FAULTS_LONG for the long
/// set; PIZZA_FAULTS_MINUTES for the soak. Case and seed together decide the choices, so that a case can be repeated
/// alone.
struct FaultRun {
  std::uint64_t seed;
  bool is_long;
  double minutes;

  static const FaultRun& get();
  Dice dice_for(const std::string& test_case) const;
  /// So many in the bounded set, ten times as many in the long one.
  int rounds(int bounded) const { return is_long ? bounded * 10 : bounded; }
};

}  // namespace pizza::test
