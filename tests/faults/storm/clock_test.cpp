#include <chrono>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "faults/storm/storm.hpp"
#include "support/eventually.hpp"
#include "support/log_line.hpp"
#include "support/names.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

/// The clock that a worker sees, by way of libfaketime (Debian's): only the time of day, as an administrator would set
/// it; what measures how long something takes goes on.
class Clock {
 public:
  Clock() { set(0); }
  ~Clock() { std::filesystem::remove(file_); }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  void set(int hours) const {
    const auto next = file_ + ".next";
    std::ofstream(next) << (hours < 0 ? "" : "+") << hours * 3600;
    std::filesystem::rename(next, file_);
  }
  std::map<std::string, std::string> environment() const {
    return {{"LD_PRELOAD", library()},
            {"FAKETIME_TIMESTAMP_FILE", file_},
            {"FAKETIME_CACHE_DURATION", "1"},
            {"DONT_FAKE_MONOTONIC", "1"}};
  }
  /// Empty: not installed.
  static std::string library() {
    for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
      const auto found = folder.path() / "faketime/libfaketimeMT.so.1";
      if (std::filesystem::exists(found)) return found;
    }
    return "";
  }

 private:
  std::string file_ = std::filesystem::temp_directory_path() / unique_name("pizza_clock");
};

/// By the last line that it wrote.
int hours_off(const Member& member) {
  const auto lines = member.lines();
  const auto line = read_log_line(lines.back());
  const auto time = line ? core::parse_utc(line->timestamp) : std::nullopt;
  if (!time) return -100;
  return static_cast<int>(std::chrono::round<std::chrono::hours>(*time - std::chrono::system_clock::now()).count());
}

}  // namespace

// A sanitizer and libfaketime each replace what the other one calls while it begins, and wait for each other.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("the clocks of the workers jump by an hour") {
  REQUIRE(Clock::library() != "");
  const Clock clock;
  Storm storm({.kitchen_environment = clock.environment()});
  storm.rounds(2, [&](Dice& dice) {
    for (const int hours : {dice.between(0, 1) == 0 ? -1 : 1, 0}) {
      clock.set(hours);
      storm.note("their clock jumps to " + std::to_string(hours) + " h");
      CHECK(eventually(core::after(20s), [&] { return hours_off(storm.member("anna")) == hours; }));
      let_pass(dice.between(0ms, 3000ms));
    }
  });
  storm.close();
}
#endif
