#include "metrics/process.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

using namespace pizza;

namespace {

double value(const metrics::Registry& registry, const std::string& name) {
  const auto text = registry.render();
  const auto at = text.find("\n" + name + " ");
  REQUIRE(at != std::string::npos);
  return std::stod(text.substr(at + name.size() + 2));
}

}  // namespace

TEST_CASE("a process tells of its files, threads and memory as they are now") {
  metrics::Registry registry;
  metrics::add_process_metrics(registry);
  std::thread([] {}).join();  // a sanitizer makes one of its own beside the first
  const double files = value(registry, "process_open_fds");
  const double threads = value(registry, "process_threads");
  CHECK(files >= 3);
  CHECK(files < value(registry, "process_max_fds"));
  CHECK(threads >= 1);
  CHECK(value(registry, "process_resident_memory_bytes") > 1e6);
  CHECK(value(registry, "process_resident_memory_bytes") < 1e10);
  CHECK(value(registry, "process_cpu_seconds_total") >= 0);

  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  double threads_then = 0;
  std::thread([&] { threads_then = value(registry, "process_threads"); }).join();
  CHECK(value(registry, "process_open_fds") == files + 1);
  CHECK(threads_then == threads + 1);
  close(file);
  CHECK(value(registry, "process_open_fds") == files);
}

TEST_CASE("a process knows when it was started") {
  metrics::Registry registry;
  metrics::add_process_metrics(registry);
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  const auto started = value(registry, "process_start_time_seconds");
  CHECK(started <= now.count() + 2);
  CHECK(started > now.count() - 3600);
}
