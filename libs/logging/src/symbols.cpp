#include "symbols.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include <backtrace.h>
#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>

namespace pizza::logging {
namespace {

constexpr int kCallsPerSecond = 10;
constexpr std::size_t kMaxFunctionName = 240;

void ignore_error(void* /*data*/, const char* /*message*/, int /*number*/) {}

/// One for the process, never freed: libbacktrace has no way to. Null if the executable cannot be read.
backtrace_state* shared_state() {
  static backtrace_state* const state = backtrace_create_state(nullptr, 1, ignore_error, nullptr);
  return state;
}

std::string readable(const char* symbol) {
  if (symbol == nullptr) return "??";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(symbol, nullptr, nullptr, &status),
                                                         &std::free);
  std::string text = status == 0 && name ? name.get() : symbol;
  if (text.size() > kMaxFunctionName) {
    text.resize(kMaxFunctionName);
    text += "...";
  }
  return text;
}

/// How the error came to be noticed rather than where it happened, and how threads begin.
bool is_bookkeeping(std::string_view function) {
  return std::ranges::any_of(
      std::array{"pizza::core::Stack::here", "pizza::core::Error::Error",
                 "pizza::core::InfrastructureError::", "pizza::core::UsageError::", "pizza::logging::", "__libc_start",
                 "_start", "start_thread", "clone", "__interceptor_", "backtrace"},
      [&](std::string_view prefix) { return function.starts_with(prefix); });
}

struct Description {
  std::string text;
  std::string place;   ///< file and line of the frame at hand, if they are known but its function is not
  bool found = false;  ///< all about the frame at hand is said
};

void add(Description& description, std::string_view function, std::string_view place) {
  if (is_bookkeeping(function)) return;
  if (!description.text.empty()) description.text += '\n';
  description.text += fmt::format("{} ({})", function, place);
}

int on_source_line(void* data, std::uintptr_t /*pc*/, const char* file, int line, const char* function) {
  if (file == nullptr) return 0;
  auto& description = *static_cast<Description*>(data);
  const std::string_view path{file};
  auto place = fmt::format("{}:{}", repository_path(path), line);
  if (function == nullptr) {
    description.place = std::move(place);
    return 0;
  }
  description.found = true;
  if (path.starts_with("/usr/include/c++")) return 0;  // std::function and the like: noise between two of our frames
  add(description, readable(function), place);
  return 0;
}

void on_symbol(void* data, std::uintptr_t pc, const char* symbol, std::uintptr_t /*value*/, std::uintptr_t /*size*/) {
  auto& description = *static_cast<Description*>(data);
  auto* where = reinterpret_cast<void*>(pc);  // NOLINT(performance-no-int-to-ptr): that is what it was
  add(description, readable(symbol), description.place.empty() ? Symbols::addresses({&where, 1}) : description.place);
}

}  // namespace

std::string Symbols::describe(std::span<void* const> frames) {
  auto* const state = shared_state();
  if (state == nullptr || !affordable()) return addresses(frames);
  Description description;
  for (void* const frame : frames) {
    const auto pc = reinterpret_cast<std::uintptr_t>(frame) - 1;  // the call, not the instruction after it
    description.found = false;
    description.place.clear();
    backtrace_pcinfo(state, pc, on_source_line, ignore_error, &description);
    if (!description.found) backtrace_syminfo(state, pc, on_symbol, ignore_error, &description);
  }
  return description.text.empty() ? addresses(frames) : description.text;
}

std::string Symbols::addresses(std::span<void* const> frames) {
  std::string text;
  for (void* const frame : frames) {
    Dl_info about{};
    if (!text.empty()) text += ' ';
    if (dladdr(frame, &about) != 0 && about.dli_fname != nullptr) {
      const std::string_view binary{about.dli_fname};
      const auto offset = reinterpret_cast<std::uintptr_t>(frame) - reinterpret_cast<std::uintptr_t>(about.dli_fbase);
      text += fmt::format("{}+{:#x}", binary.substr(binary.rfind('/') + 1), offset);
    } else {
      text += fmt::format("{}", fmt::ptr(frame));
    }
  }
  return text;
}

bool Symbols::affordable() {
  const auto now = std::chrono::steady_clock::now();
  if (now - window_start_ >= std::chrono::seconds{1}) {
    window_start_ = now;
    calls_in_window_ = 0;
  }
  return calls_in_window_++ < kCallsPerSecond;
}

std::string_view repository_path(std::string_view path) {
  std::size_t start = path.rfind('/');
  start = start == std::string_view::npos ? 0 : start + 1;
  for (const std::string_view folder : {"/libs/", "/services/", "/tests/"}) {
    if (const auto found = path.rfind(folder); found != std::string_view::npos) start = std::min(start, found + 1);
  }
  return path.substr(start);
}

}  // namespace pizza::logging
