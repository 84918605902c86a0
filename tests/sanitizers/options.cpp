// What the sanitizers are told, in every executable of a sanitized build (presets asan, tsan): the services and the
// tests, however they are started. The variables (TSAN_OPTIONS, …) still overrule it.
//
// Every report goes to a file of its own in PIZZA_SANITIZER_REPORTS (cleared and shown by tests/sanitizers/reports.sh):
// a service that was killed, or whose exit code nobody looks at, cannot hide what it did. The folder must exist.

#define PIZZA_REPORTING "log_path=" PIZZA_SANITIZER_REPORTS "/report:log_exe_name=1:"

// The runtimes call these before anything else of the program runs; the names are theirs.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
extern "C" {
const char* __asan_default_options();
const char* __ubsan_default_options();
const char* __tsan_default_options();

const char* __asan_default_options() {
  return PIZZA_REPORTING
      "detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1:"
      "strict_init_order=1:print_legend=0";
}

const char* __ubsan_default_options() { return PIZZA_REPORTING "print_stacktrace=1"; }

// TSan goes on after a report, and the exit code becomes 66. Each thread's last million accesses are remembered: with
// less, a report on a busy service often lacks the other stack.
const char* __tsan_default_options() { return PIZZA_REPORTING "exitcode=66:history_size=5:second_deadlock_stack=1"; }
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)
