#include "metrics/process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace pizza::metrics {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return kUnknown;
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double max_fds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUnknown;
  return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity()
                                         : static_cast<double>(limit.rlim_cur);
}

/// Less the one that is open for counting.
double open_fds() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  return error ? kUnknown : static_cast<double>(std::distance(begin(all), end(all)) - 1);
}

/// What stands behind `key` in a file of /proc with a key and a number on each line.
double number_behind(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word;
    double number = kUnknown;
    if (words >> word && word == key && words >> number) return number;
  }
  return kUnknown;
}

double resident_bytes() { return number_behind("/proc/self/status", "VmRSS:") * 1024; }
double threads() { return number_behind("/proc/self/status", "Threads:"); }

/// Since 1970. The kernel counts in ticks since its boot.
double start_time() {
  constexpr int kStartTime = 22;  // proc(5), of the fields in /proc/PID/stat
  constexpr int kAfterName = 3;
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  const auto name_end = line.rfind(')');  // the name may hold blanks
  if (name_end == std::string::npos) return kUnknown;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = kAfterName; field < kStartTime; ++field) fields >> skipped;
  double ticks = kUnknown;
  if (!(fields >> ticks)) return kUnknown;
  return number_behind("/proc/stat", "btime") + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

void add_process_metrics(Registry& registry) {
  registry.counter_of("process_cpu_seconds_total", "User and system CPU time in seconds", cpu_seconds);
  registry.gauge_of("process_resident_memory_bytes", "Memory in RAM", resident_bytes);
  registry.gauge_of("process_open_fds", "Open file descriptors", open_fds);
  registry.gauge_of("process_max_fds", "File descriptors that may be open at a time", max_fds);
  registry.gauge_of("process_threads", "Threads", threads);
  registry.gauge_of("process_start_time_seconds", "When the process was started, since 1970",
                    [started = start_time()] { return started; });
}

}  // namespace pizza::metrics
